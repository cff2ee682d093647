"""Vectors of texts, and of what is shown with them."""

from __future__ import annotations

from collections.abc import Callable, Generator

import mlx.core as mx
import numpy as np

from mlxs.passes import Reading
from mlxs.requests import Message
from mlxs.text import Prompt
from mlxs_decoding import embedding
from mlxs_decoding.embedding import Row
from mlxs_decoding.states import States

from .language import Language
from .options import VisionOptions
from .reader import Reader


class Embedder(embedding.Embedder):
    """Reads texts together, where the network can, and by itself each input that shows something.

    Args:
        language: The part of the network that speaks.
        reader: Of what shows something.
        encode: From a text to its tokens, the ones it begins with included.
        show: From a turn, and where it stands, to a prompt. Raises BadRequest.
        limit: Tokens of an input at most; None: any number.
        vocabulary_size: Of the network.
        options: Which say how much is read together.
        together: Whether texts of different lengths come out of a batch as they do alone.
    """

    def __init__(
        self,
        language: Language,
        reader: Reader,
        encode: Callable[[str], list[int]],
        show: Callable[[Message, str], Prompt],
        *,
        limit: int | None,
        vocabulary_size: int,
        options: VisionOptions,
        together: bool,
    ) -> None:
        states = States(language.network)
        super().__init__(language, states, encode, limit=limit, vocabulary_size=vocabulary_size, options=options)
        self._reader = reader
        self._show = show
        self._together = together

    def show(self, shown: Message, param: str) -> Prompt:
        return self._show(shown, param)

    def read(self, inputs: list[Prompt]) -> Reading[Row]:
        texts = [prompt for prompt in inputs if self._together and prompt.media is None]
        read = iter((yield from super().read(texts)) if texts else ())
        rows: list[Row] = []
        for prompt in inputs:
            rows.append(next(read) if self._together and prompt.media is None else (yield from self._alone(prompt)))
        return rows

    def _alone(self, prompt: Prompt) -> Generator[None, None, Row]:
        total: mx.array | float = 0.0
        for states in self._reader.states(prompt, self._states):
            if states is not None:
                total = total + states.astype(mx.float32)[0].sum(0)
                mx.eval(total)
            yield
        return np.array(total / len(prompt))
