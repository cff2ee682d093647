"""A recording in windows that end where it is quiet, so that no word is cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

PAUSE = 0.1
"""Seconds that are looked at together for how loud they are."""
LOOKED_AT = 1 / 3
"""How much of a window's end is looked at for a quiet moment."""


def windows(samples: NDArray[np.int16], rate: int, longest: float) -> Iterator[tuple[int, int]]:
    """Where each begins and ends, in samples; `longest` is in seconds."""
    begin, most, pause = 0, int(longest * rate), int(PAUSE * rate)
    while len(samples) - begin > most:
        first = begin + int(most * (1 - LOOKED_AT))
        tail = samples[first : begin + most].astype(np.float64)
        moments = tail[: len(tail) // pause * pause].reshape(-1, pause)
        end = first + int(np.square(moments).mean(1).argmin()) * pause + pause // 2
        yield begin, end
        begin = end
    yield begin, len(samples)
