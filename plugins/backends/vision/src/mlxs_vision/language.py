"""The part of a multimodal network that speaks, as mlx-lm's loops call a language model."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mlx_vlm.models.cache import make_prompt_cache

from .shift import Shift

CARRIED = ("cross_attention_states", "encoder_outputs")
"""What some networks return, and want back with the next token."""


class Language:
    """From tokens and a cache to logits, shape (answers, tokens, vocabulary).

    Args:
        network: `language_model` of what mlx-vlm loaded.
        carried: What of `CARRIED` an answer has come with; then it is the only one.
    """

    def __init__(self, network: Any, carried: dict[str, Any] | None = None) -> None:
        self.network = network
        self.shifts = hasattr(network, "_rope_deltas")
        self._carried = carried or {}

    def make_cache(self) -> list[Any]:
        """An empty cache: the network's own, and the shift."""
        return [*make_prompt_cache(self.network), Shift()]

    @property
    def layers(self) -> Any:
        return self.network.layers

    def __call__(self, tokens: mx.array, cache: list[Any]) -> mx.array:
        *layers, shift = cache
        placed = _placed(tokens, layers, shift) if self.shifts else {}
        output = self.network(tokens, cache=layers, **placed, **self._carried)
        cache[:-1] = layers  # networks such as Qwen3.5's put other objects in their places
        self._carried = carried(output)
        logits: mx.array = output.logits
        return logits


def _placed(tokens: mx.array, layers: list[Any], shift: Shift) -> dict[str, mx.array]:
    """The positions of text. Networks would find their own, but from those of the prompt that they saw last."""
    answers, length = tokens.shape
    read = next(layer.offset for layer in layers if hasattr(layer, "offset"))
    begin = mx.broadcast_to(mx.array(read).reshape(-1, 1), (answers, 1)) + shift.rows
    positions = mx.broadcast_to((begin + mx.arange(length))[None], (3, answers, length))
    return {"position_ids": positions, "rope_deltas": shift.rows}


def carried(output: Any) -> dict[str, Any]:
    """What the next step wants back of what a network returned."""
    said = {name: getattr(output, name, None) for name in CARRIED}
    return {name: value for name, value in said.items() if value is not None}
