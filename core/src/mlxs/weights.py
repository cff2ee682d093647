"""Weights of a model, as its library hands them out: read when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .backends import Progress


def materialise(arrays: Iterable[Any], evaluate: Callable[[Any], object], progress: Progress) -> None:
    """Have them read now, telling how far it has come.

    Args:
        arrays: With `nbytes` each.
        evaluate: What has one read, such as `mlx.core.eval`.
    """
    arrays = list(arrays)
    total, done = sum(array.nbytes for array in arrays), 0
    for array in arrays:
        evaluate(array)
        done += array.nbytes
        progress("loading", done, total)
