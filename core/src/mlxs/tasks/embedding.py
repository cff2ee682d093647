"""Texts and pictures as vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..requests import Part

Input = str | tuple[int, ...] | tuple[Part, ...]
"""A text, token ids, or parts: words and pictures that make one vector together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest:
    """Inputs that want a vector each.

    Args:
        dimensions: Length of the vectors, where the model can shorten them; None: the model's own.
        prompt: Which of the checkpoint's prompts, such as `query`, is put before texts; None: its default.
    """

    inputs: tuple[Input, ...]
    model: str = ""
    dimensions: int | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Vector:
    """One input's vector, of length 1.

    Args:
        index: Which input, from 0.
        values: Shape (dimensions,).
        tokens: How many the input has.
    """

    index: int
    values: tuple[float, ...]
    tokens: int


class EmbeddingModel(ABC):
    """Can turn inputs into vectors."""

    @abstractmethod
    def embed(self, request: Any) -> Iterator[Vector | None]:
        """Answer an `EmbeddingRequest`, or what `prepare` made of it: a `Vector` an input, in any order."""
