"""From a window's tokens to the stretches of speech that their times mark off.

A window's text is broken by pairs of time tokens, one for the end of a stretch and one for the
beginning of the next: https://github.com/openai/whisper/discussions/679.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

PLACES = 50
"""Time tokens of a second."""
FRAMES = 2
"""Frames of the spectrogram to a place."""


@dataclass(frozen=True)
class Stretch:
    """A part of the window's tokens.

    Args:
        first, last: Which tokens, the second not included.
        start, end: Seconds since the window's beginning.
    """

    first: int
    last: int
    start: float
    end: float

    def of(self, all: list[T]) -> list[T]:
        """Its part of a list that goes with the tokens."""
        return all[self.first : self.last]


@dataclass(frozen=True)
class Parted:
    """A window's text, parted.

    Args:
        further: After how many frames of the spectrogram the next window begins.
        finished: Whether the text says that nothing is spoken after it.
    """

    stretches: list[Stretch]
    further: int
    finished: bool


def parted(tokens: list[int], zero: int, frames: int) -> Parted:
    """Part a window's tokens. A stretch that the window's end cuts off is left to the next window.

    Args:
        zero: The time token that means the window's beginning.
        frames: Of the spectrogram, in the window.
    """
    timed = [token >= zero for token in tokens]
    finished = timed[-2:] == [False, True]
    ends = [number for number in range(1, len(tokens)) if timed[number - 1] and timed[number]]
    if not ends:
        times = [token - zero for token in tokens if token > zero]
        end = times[-1] / PLACES if times else frames / FRAMES / PLACES
        return Parted([Stretch(0, len(tokens), 0.0, end)], frames, finished)
    if finished:
        ends.append(len(tokens))
    found = [
        Stretch(first, last, (tokens[first] - zero) / PLACES, (tokens[last - 1] - zero) / PLACES)
        for first, last in zip([0, *ends], ends, strict=False)
    ]
    heard = (tokens[ends[-1] - 1] - zero) * FRAMES
    return Parted(found, frames if finished else max(FRAMES, heard), finished)
