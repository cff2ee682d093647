"""Sound as the bytes of a file, as it comes to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, log
from typing import Any, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

FORMATS: Mapping[str, tuple[str, str]] = {
    "wav": ("wav", "pcm_s16le"),
    "pcm": ("s16le", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "libmp3lame"),
    "opus": ("ogg", "libopus"),
    "aac": ("adts", "aac"),
}
"""Container and codec of each, by FFmpeg's names."""
PCM = 24000
"""Samples a second of `pcm`, which has no header to say so: as at OpenAI."""

PAGE = "100000"
"""Microseconds of sound that Ogg collects before they are sent."""


class Encoder:
    """One file. Its container is told of no length, since none is known.

    Args:
        format: One of `FORMATS`.
        rate: Samples a second of the sound that will come.
        speed: How much faster it is to be, at the same pitch; from 0.25 to 4.
    """

    def __init__(self, format: str, rate: int, speed: float = 1.0) -> None:
        container, codec = FORMATS[format]
        self._rate = rate
        self._file = _File()
        options = {"flush_packets": "1", **({"page_duration": PAGE} if container == "ogg" else {})}
        self._container: Any = av.open(self._file, "w", format=container, options=options)
        self.rate = PCM if format == "pcm" else _nearest(rate, av.Codec(codec, "w").audio_rates)
        self._stream = cast(AudioStream, self._container.add_stream(codec, rate=self.rate, layout="mono"))
        self._tempo = _tempo(rate, speed) if speed != 1 else None
        self._container.start_encoding()
        self._resampler = av.AudioResampler(
            self._stream.format, "mono", self.rate, frame_size=self._stream.frame_size or 0
        )
        self._samples = 0

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        """The file's next bytes; there may be none yet.

        Args:
            samples: From -1 to 1; shape (length,).
        """
        if len(samples):
            heard = np.clip(np.nan_to_num(samples), -1, 1).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(heard[None], format="flt", layout="mono")
            frame.sample_rate = self._rate
            frame.pts = self._samples
            self._samples += len(heard)
            self._mux(self._faster(frame))
        return self._file.take()

    def finish(self) -> bytes:
        """The file's last bytes."""
        if self._tempo is not None and self._samples:
            self._mux(self._faster(None))
        self._mux([None])
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.take()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._container.close()

    def _faster(self, frame: Any) -> Iterable[Any]:
        if self._tempo is None:
            return [frame]
        self._tempo.push(frame)
        frames = []
        while True:
            try:
                frames.append(self._tempo.pull())
            except (av.BlockingIOError, av.EOFError):
                return frames

    def _mux(self, frames: Iterable[Any]) -> None:
        for frame in frames:
            for part in self._resampler.resample(frame):
                part.pts = None
                self._container.mux(self._stream.encode(part))


class _File:
    """Takes what is written, and cannot be gone back in."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        """What was written since last time."""
        written = bytes(self._written)
        self._written.clear()
        return written


def _nearest(rate: int, known: list[int] | None) -> int:
    """The lowest of a codec's rates at which nothing is lost, or its highest."""
    if not known:
        return rate
    return min((one for one in known if one >= rate), default=max(known))


def _tempo(rate: int, speed: float) -> Any:
    """A filter that changes the speed; FFmpeg's own goes down to a half, and so stands there several times."""
    graph = av.filter.Graph()
    steps = max(1, ceil(log(speed) / log(0.5)))
    last = graph.add_abuffer(format="flt", sample_rate=rate, layout="mono")
    for _ in range(steps):
        step = graph.add("atempo", f"{speed ** (1 / steps):.6f}")
        last.link_to(step)
        last = step
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph
