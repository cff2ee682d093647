"""Vectors of texts from a language model: the mean of its last layer's states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import make_prompt_cache
from numpy.typing import NDArray

from mlxs.errors import BadRequest, ModelFailed
from mlxs.passes import Passes, Reading
from mlxs.tasks.embedding import EmbeddingRequest, Input, Vector

from .options import TextOptions

BODIES = ("model", "backbone", "transformer")
"""What networks call all of themselves but the head."""

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is to become vectors: tokens, and how long the vectors are to be."""

    inputs: list[list[int]]
    dimensions: int | None


class Embedder:
    """Reads texts beside the answers that are being decoded: as many tokens a step as of a prompt.

    Args:
        network: What mlx-lm loaded.
        encode: From a text to its tokens, the ones it begins with included.
        limit: Tokens of a text at most; None: any number.
        vocabulary_size: Of the network.
        options: Which say how much is read together.
    """

    def __init__(
        self,
        network: Any,
        encode: Callable[[str], list[int]],
        *,
        limit: int | None,
        vocabulary_size: int,
        options: TextOptions,
    ) -> None:
        self._network = network
        self._encode = encode
        self._limit = limit
        self._size = vocabulary_size
        self._step = options.prefill_step_size
        together = options.prompt_concurrency
        self._passes: Passes[list[int], Row] = Passes(self._read, inputs=together, tokens=together * self._step)

    def prepare(self, request: EmbeddingRequest) -> Texts:
        """A request, ready for the model. Raises BadRequest."""
        if request.prompt is not None:
            raise BadRequest("prompt_name: this model has no prompts; leave it out", param="prompt_name")
        return Texts([self._tokens(given, f"input.{n}") for n, given in enumerate(request.inputs)], request.dimensions)

    def advance(self) -> None:
        """Read on."""
        self._passes.advance()

    def embed(self, texts: Texts) -> Iterator[Vector | None]:
        """A vector a text."""
        for told in self._passes.run(texts.inputs):
            if told is None:
                yield None
                continue
            number, row = told
            yield Vector(number, tuple(_normalised(row, texts.dimensions).tolist()), len(texts.inputs[number]))

    def _tokens(self, given: Input, param: str) -> list[int]:
        if not isinstance(given, str) and not all(isinstance(part, int) for part in given):
            raise BadRequest(
                "this model reads text only; for vectors of pictures, serve a model with --model-type multimodal",
                param=param,
            )
        tokens = self._encode(given) if isinstance(given, str) else [id for id in given if isinstance(id, int)]
        if not tokens:
            raise BadRequest(f"{param} has no tokens; send a text that says something", param=param)
        if wrong := [id for id in tokens if not 0 <= id < self._size]:
            message = f"token id {wrong[0]} is out of range; this model has ids 0 to {self._size - 1}"
            raise BadRequest(message, param=param)
        if self._limit is not None and len(tokens) > self._limit:
            message = f"{param} has {len(tokens)} tokens, and this model's context is {self._limit}; send shorter texts"
            raise BadRequest(message, code="context_length_exceeded", param=param)
        return tokens

    def _read(self, inputs: list[list[int]]) -> Reading[Row]:
        """One pass, some of every text in each step. Padding comes last, where no token of the text sees it."""
        body, cache = _body(self._network), make_prompt_cache(self._network)
        lengths = mx.array([len(tokens) for tokens in inputs])[:, None]
        longest, some = max(map(len, inputs)), max(1, self._step // len(inputs))
        ids = mx.array([[*tokens, *[0] * (longest - len(tokens))] for tokens in inputs])
        total: mx.array | float = 0.0
        for at in range(0, longest, some):
            if at:
                yield
            states = body(ids[:, at : at + some], cache=cache)
            if not isinstance(states, mx.array) or states.ndim != 3:
                raise BadRequest("this model's states cannot be had; serve an embedding model for vectors")
            real = (mx.arange(at, at + states.shape[1])[None] < lengths)[..., None]
            total = total + mx.where(real, states.astype(mx.float32), 0).sum(1)
            mx.eval(total, [layer.state for layer in cache])
        return list(np.array(total / lengths))


def _body(network: Any) -> Callable[..., Any]:
    """All of a network but its head. Raises BadRequest where it cannot be told apart."""
    while hasattr(network, "language_model"):
        network = network.language_model
    for name in BODIES:
        if hasattr(network, name):
            body: Callable[..., Any] = getattr(network, name)
            return body
    raise BadRequest("this model's states cannot be had; serve an embedding model for vectors")


def _normalised(row: Row, dimensions: int | None) -> Row:
    if dimensions is not None and dimensions > len(row):
        message = f"dimensions: this model's vectors can have 1 to {len(row)}, not {dimensions}"
        raise BadRequest(message, param="dimensions")
    row = row[:dimensions]
    length = float(np.linalg.norm(row.astype(np.float64)))
    if not np.isfinite(length):
        raise ModelFailed("the model's numbers overflowed on this text; use its weights in bfloat16 or float32")
    return row / np.float32(length or 1.0)


def begun(tokens: list[int], beginning: Sequence[int]) -> list[int]:
    """A text's tokens, with those that texts begin with."""
    return tokens if tokens[: len(beginning)] == list(beginning) else [*beginning, *tokens]
