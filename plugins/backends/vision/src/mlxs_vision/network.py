"""What a network makes of prompts before it reads them: embeddings, and what its layers want beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mlx.core as mx
import numpy as np

from .features import Features, Picture
from .sight import Sight

Told = dict[str, Any]
"""`inputs_embeds`, shape (1, tokens, hidden size), and more, by the names of mlx-vlm's `InputEmbeddingsFeatures`."""

COMPOSED = frozenset({"inputs_embeds", "position_ids", "rope_deltas", "visual_pos_masks", "deepstack_visual_embeds"})
COMPOSED |= {"per_layer_inputs"}
"""What can be put together from what a network makes of a text, and of each picture by itself."""
GRIDS = ("image_grid_thw", "video_grid_thw")


class Network:
    """A multimodal network.

    Args:
        model: What mlx-vlm loaded.
        placeholder: The token that stands for a part of a picture; None where it has none.
    """

    def __init__(self, model: Any, placeholder: int | None) -> None:
        self.language = model.language_model
        self._model = model
        self._placeholder = placeholder

    def splits(self, inputs: dict[str, Any]) -> bool:
        """Whether a prompt may be read in parts, and so go on from an earlier one: models have a say in it."""
        unknown = dict.fromkeys(("inputs_embeds", "prompt_cache", "draft_model", "draft_kind"))
        for part in (self._model, self.language):
            if callable(policy := getattr(part, "chunked_prefill_policy", None)):
                said = policy(input_ids=inputs["input_ids"], prefill_kwargs=rest(inputs), **unknown)
                return bool(getattr(said, "enabled", said))
        return not any(getattr(part, "no_chunked_prefill", False) for part in (self._model, self.language))

    def look(self, picture: Picture) -> Features | None:
        """What it sees in a picture; None where that means nothing without the rest of the prompt."""
        assert picture.inputs, "it has been looked at"
        told = self.embed(picture.inputs)
        if not told.keys() <= COMPOSED:
            return None
        places = mx.array(np.flatnonzero(np.array(picture.inputs["input_ids"]) == self._placeholder))
        features = Features(told["inputs_embeds"][0, places], tuple(told.get("deepstack_visual_embeds", ())))
        mx.eval(features.rows, features.deep)
        return features

    def embed(self, inputs: dict[str, Any], *, blind: bool = False) -> Told:
        """What it makes of a prompt.

        Args:
            blind: Whether to look at nothing.
        """
        shown, more = (None, {}) if blind else (inputs.get("pixel_values"), rest(inputs))
        told = self._model.get_input_embeddings(inputs["input_ids"], shown, mask=inputs.get("attention_mask"), **more)
        said = {name: value for name, value in told.to_dict().items() if value is not None}
        if _masks_nothing(said.get("attention_mask_4d")):
            said.pop("attention_mask_4d", None)
        return said

    def compose(self, sight: Sight, features: Sequence[Features | None]) -> Told:
        """What `embed` makes of a prompt with pictures, from what it saw in each.

        Args:
            features: One a picture; None where it stands in what a cache holds, so that nobody will ask.
        """
        assert sight.places is not None, "nobody knows where the pictures stand"
        told = self.embed(sight.inputs, blind=True)
        words, width = told["inputs_embeds"], told["inputs_embeds"].shape[-1]

        def joined(parts: Sequence[mx.array | None]) -> mx.array:
            blanks = [mx.zeros((picture.tokens, width), words.dtype) for picture in sight.pictures]
            return mx.concatenate([b if p is None else p for p, b in zip(parts, blanks, strict=True)])

        rows = joined([seen.rows if seen else None for seen in features])
        words[0, mx.array(sight.places.tolist())] = rows.astype(words.dtype)
        if depth := max((len(seen.deep) for seen in features if seen), default=0):
            deep = [joined([seen.deep[layer] if seen else None for seen in features]) for layer in range(depth)]
            told["deepstack_visual_embeds"] = deep
            told["visual_pos_masks"] = sight.inputs["input_ids"] == self._placeholder
        return told | self._positions(sight.inputs)

    def _positions(self, inputs: dict[str, Any]) -> Told:
        if not hasattr(self.language, "_rope_deltas"):
            return {}
        grids = [inputs.get(name) for name in GRIDS]
        positions, shift = self.language.get_rope_index(inputs["input_ids"], *grids, inputs.get("attention_mask"))
        return {"position_ids": positions, "rope_deltas": shift}


def rest(inputs: dict[str, Any]) -> dict[str, Any]:
    """What of the processor's work has no name of its own in mlx-vlm."""
    own = ("input_ids", "pixel_values", "attention_mask")
    return {name: value for name, value in inputs.items() if name not in own}


def _masks_nothing(mask: mx.array | None) -> bool:
    return mask is not None and mask.dtype != mx.bool_ and bool((mask == 1).all().item())
