"""Options of models that see and hear."""

from __future__ import annotations

from pydantic import Field

from mlxs.options import FetchingOptions
from mlxs_decoding.options import DecodingOptions


class VisionOptions(DecodingOptions, FetchingOptions):
    """What steers a `multimodal`."""

    feature_cache_size: int = Field(
        512 * 2**20, ge=0, description="Bytes kept of what the model saw in pictures; 0 keeps nothing."
    )
    max_audio_seconds: float = Field(1800, gt=0, description="Seconds that a sound may last.")
    max_video_frames: int = Field(64, ge=1, description="Frames of a film that the model is shown at most.")
    video_fps: float = Field(2.0, gt=0, description="Frames a second of a film that the model is shown.")
