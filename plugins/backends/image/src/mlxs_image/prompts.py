"""What is to be seen, and what is not, in words that the model can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from mlxs.errors import BadRequest
from mlxs.tasks.image import ImageEditRequest, ImageRequest

from .presets import Preset


class Prompts:
    """Checks prompts for one model.

    Args:
        tokenizer: Of mflux: the one that limits how long a prompt can be.
    """

    def __init__(self, preset: Preset, tokenizer: Any) -> None:
        self._preset = preset
        self._count = _counter(tokenizer)
        self._limit = tokenizer.max_length

    def tokens(self, request: ImageRequest) -> int:
        """How many tokens the prompt has. Raises BadRequest where it is no prompt for this model."""
        if not request.prompt.strip() and (self._preset.references or not isinstance(request, ImageEditRequest)):
            raise BadRequest("the prompt is empty; say what is to be seen", param="prompt")
        if self._preset.json_prompt and not _is_object(request.prompt):
            raise BadRequest(
                "the prompt is no JSON object, and this model was trained on those; have a language model write one as "
                "https://huggingface.co/briaai/FIBO shows",
                param="prompt",
            )
        return self._checked(request.prompt, "prompt")

    def negative(self, said: str | None, guidance: float) -> str | None:
        """What is not to be seen. Raises BadRequest where the model cannot be told."""
        param = "negative_prompt"
        if said and not self._preset.negative:
            raise BadRequest(f"{param}: this model cannot be told what is not to be seen; leave it out", param=param)
        if said and guidance <= 1:
            raise BadRequest(f"{param}: it counts with a guidance of more than 1 only; raise that", param=param)
        self._checked(said or "", param)
        return said

    def _checked(self, prompt: str, param: str) -> int:
        tokens = self._count(prompt)
        if tokens > self._limit:
            raise BadRequest(
                f"{param}: it has {tokens} tokens, and this model reads {self._limit}; shorten it",
                code="context_length_exceeded",
                param=param,
            )
        return tokens


def _counter(tokenizer: Any) -> Callable[[str], int]:
    """What counts a prompt's tokens, with the words that the model wants around it.

    It has a tokenizer of its own: one that the model's thread cuts and pads with cannot be shared.
    """
    own = deepcopy(tokenizer.tokenizer)
    own.model_max_length = int(1e30)  # what is too long is refused, and without a warning

    def count(prompt: str) -> int:
        text = tokenizer.template.format(prompt) if tokenizer.template else prompt
        if tokenizer.use_chat_template:
            said = [{"role": "user", "content": prompt}]
            more = tokenizer.chat_template_kwargs
            text = own.apply_chat_template(said, tokenize=False, add_generation_prompt=True, **more)
        return len(own(text, add_special_tokens=tokenizer.add_special_tokens)["input_ids"])

    count("")  # leaves no padding behind that another thread would have to take away
    return count


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
