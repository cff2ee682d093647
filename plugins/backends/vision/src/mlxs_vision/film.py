"""Films, as the frames that a model is shown of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mlxs.errors import BadRequest
from mlxs.pictures import LONGEST, MOST

CONTAINERS = "avi,gif,matroska,mov,mpegts"
"""What is read, by FFmpeg's names. Playlists are not: they would have the server open other files."""
SIDE = 1024
"""Pixels of a side that a frame has at most: no model looks closer, and there are many."""
PAIR = 2
"""Frames that models look at together: of an odd number, the last is shown twice."""


@dataclass(frozen=True, slots=True)
class Film:
    """Frames of a film.

    Args:
        frames: Shape (frames, 3, height, width), from 0 to 255.
        fps: Frames a second of these.
    """

    frames: NDArray[np.uint8]
    fps: float


def film(file: bytes, *, fps: float, most: int, param: str) -> Film:
    """Frames of a film, spread evenly.

    Args:
        fps: How many a second.
        most: How many at most; then they are further apart.

    Raises BadRequest where it cannot be read.
    """
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}
    try:
        with av.open(io.BytesIO(file), options=options) as container:
            if not container.streams.video:
                raise BadRequest(f"{param}: the file has no pictures in it; send a film", param=param)
            stream = container.streams.video[0]
            if stream.codec_context is None:
                raise BadRequest(f"{param}: nobody here knows how the film is encoded; send H.264", param=param)
            _check(stream.codec_context.width, stream.codec_context.height, param)
            frames, rate = _sampled(container, stream, fps, most)
    except (av.error.FFmpegError, ValueError) as error:
        said = f"{param}: the file cannot be read as a film; send mp4, mov, webm, mkv, avi or gif ({error})"
        raise BadRequest(said, param=param) from None
    if not frames:
        raise BadRequest(f"{param}: the film has no frames; send one that has", param=param)
    frames += frames[-1:] * (-len(frames) % PAIR)
    return Film(np.stack(frames).transpose(0, 3, 1, 2), rate)


def _sampled(container: Any, stream: Any, fps: float, most: int) -> tuple[list[Any], float]:
    """The frames that are due, thinned out by half wherever they have become too many, and how many a second that is.

    Fewer than are wanted, where the film has no more.
    """
    frames: list[Any] = []
    times: list[float] = []
    size: tuple[int, int] | None = None
    for number, frame in enumerate(container.decode(stream)):
        at = float(frame.time) if frame.time is not None else number / float(stream.average_rate or 24)
        if times and (at - times[0]) * fps < len(frames) - 1e-6:
            continue
        if size is None:  # as the first frame is, so are all
            size, turned = _size(frame.width, frame.height), round(frame.rotation / 90)
        frames.append(np.rot90(frame.reformat(*size).to_ndarray(format="rgb24"), turned))
        times.append(at)
        if len(frames) > most:
            frames, times, fps = frames[::2], times[::2], fps / 2
    lasts = times[-1] - times[0] if times else 0.0
    return frames, (len(times) - 1) / lasts if lasts > 0 else fps


def _size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _check(width: int, height: int, param: str) -> None:
    if max(width, height) > LONGEST or width * height > MOST:
        raise BadRequest(f"{param}: the film has {width}x{height} pixels; make it smaller", param=param)
