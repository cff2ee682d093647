"""Vectors from models that talk: the mean of the last layer's states, of length 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import make_prompt_cache
from numpy.typing import NDArray

from mlxs.errors import BadRequest, ModelFailed
from mlxs.passes import Passes, Reading
from mlxs.requests import Message
from mlxs.tasks.embedding import EmbeddingRequest, Input, Vector
from mlxs.text import Prompt

from .options import DecodingOptions
from .states import States

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is to become vectors, and how long the vectors are to be."""

    prompts: list[Prompt]
    dimensions: int | None


class Embedder:
    """Reads inputs beside the answers that are being decoded: as many tokens a step as of a prompt.

    A backend whose model takes more than text extends `show` and `read`.

    Args:
        network: From tokens and `cache` to logits.
        states: Of that network.
        encode: From a text to its tokens, the ones it begins with included.
        limit: Tokens of an input at most; None: any number.
        vocabulary_size: Of the network.
        options: Which say how much is read together.
    """

    def __init__(
        self,
        network: Any,
        states: States,
        encode: Callable[[str], list[int]],
        *,
        limit: int | None,
        vocabulary_size: int,
        options: DecodingOptions,
    ) -> None:
        self._network = network
        self._states = states
        self._encode = encode
        self._limit = limit
        self._size = vocabulary_size
        self._step = options.prefill_step_size
        together = options.prompt_concurrency
        self._passes: Passes[Prompt, Row] = Passes(self.read, inputs=together, tokens=together * self._step)

    def prepare(self, request: EmbeddingRequest) -> Inputs:
        """A request, ready for the model. Raises BadRequest."""
        if request.prompt is not None:
            raise BadRequest("prompt_name: this model has no prompts; leave it out", param="prompt_name")
        return Inputs([self._prompt(given, f"input.{n}") for n, given in enumerate(request.inputs)], request.dimensions)

    def advance(self) -> None:
        """Read on."""
        self._passes.advance()

    def embed(self, inputs: Inputs) -> Iterator[Vector | None]:
        """A vector an input."""
        for told in self._passes.run(inputs.prompts):
            if told is None:
                yield None
                continue
            number, row = told
            yield Vector(number, tuple(_normalised(row, inputs.dimensions).tolist()), len(inputs.prompts[number]))

    def show(self, shown: Message, param: str) -> Prompt:
        """What an input makes that is more than text. Raises BadRequest where the model does not take it."""
        raise BadRequest(
            "this model reads text only; for vectors of pictures, serve a model with --model-type multimodal",
            param=param,
        )

    def read(self, inputs: list[Prompt]) -> Reading[Row]:
        """One pass, some of every text in each step. Padding comes last, where no token of the text sees it."""
        cache = make_prompt_cache(self._network)
        lengths = mx.array([len(prompt) for prompt in inputs])[:, None]
        longest, some = max(map(len, inputs)), max(1, self._step // len(inputs))
        ids = mx.array([[*prompt.tokens, *[0] * (longest - len(prompt))] for prompt in inputs])
        total: mx.array | float = 0.0
        for at in range(0, longest, some):
            if at:
                yield
            part = ids[:, at : at + some]
            states = self._states.of(partial(self._network, part, cache=cache), part.shape[1])
            real = (mx.arange(at, at + part.shape[1])[None] < lengths)[..., None]
            total = total + mx.where(real, states.astype(mx.float32), 0).sum(1)
            mx.eval(total, [layer.state for layer in cache])
        return list(np.array(total / lengths))

    def _prompt(self, given: Input, param: str) -> Prompt:
        prompt = self._read(given, param)
        if not prompt.tokens:
            raise BadRequest(f"{param} has no tokens; send a text that says something", param=param)
        if wrong := [id for id in prompt.tokens if not 0 <= id < self._size]:
            message = f"token id {wrong[0]} is out of range; this model has ids 0 to {self._size - 1}"
            raise BadRequest(message, param=param)
        if self._limit is not None and len(prompt) > self._limit:
            message = f"{param} has {len(prompt)} tokens, and this model's context is {self._limit}; send less"
            raise BadRequest(message, code="context_length_exceeded", param=param)
        return prompt

    def _read(self, given: Input, param: str) -> Prompt:
        if isinstance(given, str):
            return Prompt(self._encode(given))
        ids = [id for id in given if isinstance(id, int)]
        parts = tuple(part for part in given if not isinstance(part, int))
        said = Message(role="user", content=parts)
        if any(part.type != "text" for part in parts):
            return self.show(said, param)
        return Prompt(ids or self._encode(said.text))


def _normalised(row: Row, dimensions: int | None) -> Row:
    if dimensions is not None and dimensions > len(row):
        message = f"dimensions: this model's vectors can have 1 to {len(row)}, not {dimensions}"
        raise BadRequest(message, param="dimensions")
    row = row[:dimensions]
    length = float(np.linalg.norm(row.astype(np.float64)))
    if not np.isfinite(length):
        raise ModelFailed("the model's numbers overflowed on this input; use its weights in bfloat16 or float32")
    return row / np.float32(length or 1.0)
