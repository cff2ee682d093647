"""Inputs of several lengths as one array, and who may look at whom in it.

mlx-embeddings pads and masks by itself, but adds minus infinity to whole rows, which makes NaN of
them. Here inputs are padded on the right, and every token, padding too, may look at itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mlx.core as mx

from .encoded import Encoded


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs side by side.

    Args:
        ids: Tokens, shape (inputs, longest).
        types: As of `Encoded`, the same shape.
        lengths: Shape (inputs,).
    """

    ids: mx.array
    types: mx.array
    lengths: mx.array

    @property
    def real(self) -> mx.array:
        """What is no padding: booleans, shape (inputs, longest)."""
        return mx.arange(self.ids.shape[1])[None] < self.lengths[:, None]

    def seen(self, *, causal: bool = False, window: int | None = None) -> mx.array:
        """Which token sees which: booleans, shape (inputs, 1, longest, longest).

        Args:
            causal: Whether tokens see only those before them.
            window: How far they see to either side; None: all the way.
        """
        places = mx.arange(self.ids.shape[1])
        distance = places[:, None] - places[None]
        near = distance >= 0 if causal else mx.ones_like(distance).astype(mx.bool_)
        if window is not None:
            near = near & (mx.abs(distance) <= window)
        return (near[None, None] & self.real[:, None, None]) | (distance == 0)[None, None]

    @property
    def last(self) -> mx.array:
        """Where each input's last token is, as an index of the first two axes."""
        return self.lengths - 1


def side_by_side(inputs: Sequence[Encoded], padding: int) -> Batch:
    """A batch of inputs; `padding` is the token that fills them up."""
    longest = max(map(len, inputs))
    return Batch(
        mx.array([[*encoded.ids, *[padding] * (longest - len(encoded))] for encoded in inputs]),
        mx.array([[*encoded.types, *[0] * (longest - len(encoded.types))] for encoded in inputs]),
        mx.array([len(encoded) for encoded in inputs]),
    )
