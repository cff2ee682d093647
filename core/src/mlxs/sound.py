"""Sound files as samples, by way of FFmpeg's libraries and without its command.

Needs `mlxs-core[sound]`, and imports it when a file is first read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .datauri import decoded
from .errors import BadRequest, TooLarge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTAINERS = "aac,ac3,aiff,amr,asf,au,caf,flac,matroska,mov,mp3,mpeg,mpegts,ogg,w64,wav"
"""What is read, by FFmpeg's names. Playlists are not: they would have the server open other files."""
RATES = range(1_000, 1_000_001)
"""Samples a second that a file may have. Beyond, a file of a few kilobytes could ask for any amount of work."""


def samples(data: str, *, rate: int, longest: float) -> NDArray[np.int16]:
    """The sound of a file, mixed to one channel.

    What is damaged in a file is left out, as players do.

    Args:
        data: The file, base64.
        rate: Samples a second that are wanted.
        longest: Seconds it may last.

    Raises BadRequest where there is no sound in it, TooLarge where it lasts longer.
    """
    import numpy as np

    try:
        file = decoded(data)
    except ValueError:
        said = "the sound file is no base64; send its bytes in base64, with nothing before them"
        raise BadRequest(said, param="file") from None
    if not file:
        raise BadRequest("the sound file is empty; send one with sound in it", param="file")
    pieces: list[Any] = []
    length = 0
    for piece in _pieces(file, rate):
        pieces.append(piece)
        length += len(piece)
        if length > longest * rate:
            raise TooLarge(
                f"the recording is longer than {longest:g} seconds; send it in parts, or raise --max-duration",
                param="file",
            )
    if not length:
        raise BadRequest("the recording has a length of nought; send one with sound in it", param="file")
    return np.concatenate(pieces)


def _pieces(file: bytes, rate: int) -> Iterator[NDArray[np.int16]]:
    import av

    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}
    try:
        with av.open(io.BytesIO(file), "r", options=options) as container:
            if not container.streams.audio:
                raise BadRequest("the file has no sound in it; send a recording", param="file")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for packet in container.demux(container.streams.audio[0]):
                for frame in _frames(packet):
                    if frame.sample_rate not in RATES:
                        said = f"the file says that it has {frame.sample_rate} samples a second; send one that has"
                        raise BadRequest(f"{said} {RATES[0]} to {RATES[-1]}", param="file")
                    for part in resampler.resample(frame):
                        yield part.to_ndarray()[0]
            for part in resampler.resample(None):
                yield part.to_ndarray()[0]
    except (av.error.FFmpegError, ValueError) as error:
        kinds = "wav, mp3, m4a, flac, ogg or webm"
        raise BadRequest(f"the file cannot be read as sound; send {kinds} ({error})", param="file") from None


def _frames(packet: Any) -> list[Any]:
    import av

    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []
