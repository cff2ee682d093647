"""Models that make one vector of a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlxs.errors import BadRequest, MlxsError, ModelFailed
from mlxs.passes import Passes, Reading
from mlxs.tasks.embedding import EmbeddingRequest, Input, Vector
from mlxs.tasks.rerank import RerankRequest, Score

from .encoded import Encoded
from .files import read
from .loading import Checkpoint
from .padding import side_by_side
from .pooling import pooling

Row = np.ndarray[tuple[int], np.dtype[np.float32]]
Shared = Passes[Encoded, Row]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is to become vectors; `dimensions` is how long those are to be."""

    inputs: list[Encoded]
    dimensions: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What is to be compared: inputs, and for each document the numbers of its query and of itself."""

    inputs: list[Encoded]
    pairs: list[tuple[int, int]]


class BiEncoder:
    """A network, how its states are pooled, and the prompts it was trained with."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._pooling = pooling(checkpoint.directory, checkpoint.network)
        said = read(checkpoint.directory / "config_sentence_transformers.json", dict) or {}
        self._prompts: dict[str, str] = said.get("prompts") or {}
        self._default: str | None = said.get("default_prompt_name")
        if self._default is not None and self._default not in self._prompts:
            raise MlxsError(f"{checkpoint.directory} has no prompt {self._default!r}, which it names as its default")
        self._lengths: list[int] | None = checkpoint.config.get("matryoshka_dimensions")
        (one,) = self._vectors([Encoded([checkpoint.padding])])
        self.size = len(one)

    @property
    def details(self) -> dict[str, Any]:
        """What a person may want to know."""
        return {"dimensions": self.size, "pooling": "+".join(self._pooling.modes), "prompts": sorted(self._prompts)}

    def texts(self, request: EmbeddingRequest) -> Texts:
        """A request for vectors, ready for the model. Raises BadRequest."""
        prompt = self._prompt(request.prompt)
        inputs = [self._input(given, prompt, f"input.{number}") for number, given in enumerate(request.inputs)]
        return Texts(inputs, self._dimensions(request.dimensions))

    def compared(self, request: RerankRequest) -> Compared:
        """A request for scores, ready for the model. Raises BadRequest."""
        asked = self._prompts.get("query", self._prompt(None))
        found = self._prompts.get("document", self._prompts.get("passage", self._prompt(None)))
        queries = [request.query] if isinstance(request.query, str) else list(request.query)
        tokenizer = self._checkpoint.tokenizer
        inputs = [tokenizer.text(asked + query, "query") for query in queries]
        inputs += [tokenizer.text(found + text, f"documents.{n}") for n, text in enumerate(request.documents)]
        each = range(len(queries)) if len(queries) > 1 else [0] * len(request.documents)
        return Compared(inputs, list(zip(each, range(len(queries), len(inputs)), strict=True)))

    def read(self, inputs: list[Encoded]) -> Reading[Row]:
        """One pass."""
        yield from ()
        return self._vectors(inputs)

    def embed(self, texts: Texts, passes: Shared) -> Iterator[Vector | None]:
        """A vector an input."""
        for told in passes.run(texts.inputs):
            if told is None:
                yield None
                continue
            number, row = told
            vector = normalised(row[: texts.dimensions])
            yield Vector(number, tuple(vector.tolist()), len(texts.inputs[number]))

    def compare(self, compared: Compared, passes: Shared) -> Iterator[Score | None]:
        """A cosine a document."""
        rows: dict[int, Row] = {}
        for told in passes.run(compared.inputs):
            if told is not None:
                rows[told[0]] = normalised(told[1])
            yield None
        for number, (query, document) in enumerate(compared.pairs):
            tokens = len(compared.inputs[query]) + len(compared.inputs[document])
            yield Score(number, float(rows[query] @ rows[document]), tokens)

    def _vectors(self, inputs: Sequence[Encoded]) -> list[Row]:
        batch = side_by_side(inputs, self._checkpoint.padding)
        return list(np.array(self._pooling(self._checkpoint.network.states(batch), batch)))

    def _input(self, given: Input, prompt: str, param: str) -> Encoded:
        if isinstance(given, str):
            return self._checkpoint.tokenizer.text(prompt + given, param)
        if ids := [part for part in given if isinstance(part, int)]:
            return self._checkpoint.tokenizer.ids(ids, param)
        raise BadRequest(
            "this model makes vectors of text only; for pictures, serve a model with --model-type multimodal",
            param=param,
        )

    def _prompt(self, name: str | None) -> str:
        name = self._default if name is None else name
        if name is not None and name not in self._prompts:
            there = f"it has {', '.join(sorted(self._prompts))}" if self._prompts else "it has none"
            raise BadRequest(f"prompt_name: this model has no prompt {name!r}; {there}", param="prompt_name")
        return "" if name is None else self._prompts[name]

    def _dimensions(self, wanted: int | None) -> int:
        if wanted is None:
            return self.size
        if not 1 <= wanted <= self.size or (self._lengths and wanted not in self._lengths):
            able = ", ".join(map(str, self._lengths)) if self._lengths else f"1 to {self.size}"
            raise BadRequest(f"dimensions: this model's vectors can have {able}, not {wanted}", param="dimensions")
        return wanted


def normalised(row: Row) -> Row:
    """The vector of length 1 that points the same way. Raises ModelFailed where it points nowhere."""
    length = float(np.linalg.norm(row.astype(np.float64)))
    if not np.isfinite(length):
        raise ModelFailed("the model's numbers overflowed on this input; use its weights in bfloat16 or float32")
    return row / (length or 1.0)
