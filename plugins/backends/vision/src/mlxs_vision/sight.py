"""A prompt that shows something, between the processor and the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import mlx.core as mx
import numpy as np
from numpy.typing import NDArray

from .features import Picture


@dataclass(slots=True)
class Sight:
    """What a prompt shows.

    Args:
        inputs: All that the processor made of text and media.
        places: Where pictures stand in the prompt, shape (tokens,); None where it is not known which is whose.
        pictures: In their order.
        needed: Set by the reader: which of them no cache holds.
        splits: Set by the reader: whether the prompt may be read in parts, and gone on from.
        cache, carried: Set once the prompt has been read: the KV cache, and what later steps need besides.
    """

    inputs: dict[str, Any]
    places: NDArray[np.int64] | None = None
    pictures: list[Picture] = field(default_factory=list)
    needed: list[bool] = field(default_factory=list)
    splits: bool = True
    cache: list[Any] = field(default_factory=list)
    carried: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(tokens: list[int]) -> Sight:
        """A prompt of text alone."""
        return Sight({"input_ids": mx.array([tokens])})
