"""How far a prompt's pictures move the positions of what follows them, kept beside the KV cache.

A picture takes fewer positions than tokens in models with M-RoPE (https://arxiv.org/abs/2409.12191, section 2.1), by a
number that every later step of the same answer needs. As one more layer of the cache it goes wherever the answer's row
goes: mlx-lm's batches merge, filter and extend it with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mlx.core as mx


class Shift:
    """The shift of each answer of a batch.

    Args:
        rows: Positions less tokens, shape (answers, 1).
    """

    def __init__(self, rows: mx.array | int = 0) -> None:
        self.rows = mx.array([[rows]], mx.int32) if isinstance(rows, int) else rows.astype(mx.int32)

    @property
    def state(self) -> mx.array:
        return self.rows

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes

    @staticmethod
    def merge(shifts: Sequence[Shift]) -> Shift:
        return Shift(mx.concatenate([shift.rows for shift in shifts]))

    def extend(self, other: Shift) -> None:
        self.rows = mx.concatenate([self.rows, other.rows])

    def filter(self, keep: Any) -> None:
        self.rows = self.rows[mx.array(keep)]

    def extract(self, row: int) -> Shift:
        return Shift(self.rows[row : row + 1])

    def prepare(self, **_: Any) -> None:
        """Padding moves nothing."""

    def finalize(self) -> None:
        """Nor does taking it away."""

    def is_trimmable(self) -> bool:
        return True

    def trim(self, tokens: int) -> int:
        return tokens
