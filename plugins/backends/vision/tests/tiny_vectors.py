"""Requests for vectors, which a loop drives as it drives answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlxs.tasks.embedding import EmbeddingRequest, Vector


class Asked:
    """A request for vectors, under way."""

    def __init__(self, loop, *inputs: Any, **asked: Any) -> None:
        prepared = loop.backend.prepare(EmbeddingRequest(inputs=inputs, **asked))
        self.loop, self.answer, self.size = loop, loop.backend.embed(prepared), len(inputs)
        self.told: list[Vector] = []

    def step(self) -> bool:
        """Whether there is more to come."""
        if len(self.told) < self.size:
            self.told += filter(None, [next(self.answer)])
        return len(self.told) < self.size

    @property
    def rows(self) -> np.ndarray:
        return np.array([vector.values for vector in sorted(self.told, key=lambda vector: vector.index)])

    def finish(self) -> np.ndarray:
        self.loop.step()
        while self.step():
            self.loop.step()
        return self.rows


def vectors(loop, *inputs: Any, **asked: Any) -> np.ndarray:
    return Asked(loop, *inputs, **asked).finish()
