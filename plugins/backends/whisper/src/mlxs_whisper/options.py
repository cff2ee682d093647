"""Options of Whisper."""

from __future__ import annotations

from pydantic import Field

from mlxs.options import ModelOptions


class WhisperOptions(ModelOptions):
    """What steers a `whisper` model."""

    max_duration: float = Field(4 * 3600, gt=0, description="Seconds that a recording may last.")
    condition_on_previous_text: bool = Field(
        True, description="Tell the model what it wrote last; without, it is less consistent, and repeats itself less."
    )
