"""A backend whose vectors count letters, and whose scores compare them: for tests of everything but models.

A text with `!` in it is refused; a step is one input.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from ..backends import Backend, ModelInfo, Progress
from ..errors import BadRequest
from ..hooks import hookimpl
from ..options import ModelOptions
from ..specs import BackendSpec
from ..tasks.embedding import EmbeddingModel, EmbeddingRequest, Input, Vector
from ..tasks.rerank import RerankModel, RerankRequest, Score

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Letters(Backend[ModelOptions], EmbeddingModel, RerankModel):
    """Counts letters; token 0 is an a."""

    def load(self, progress: Progress) -> ModelInfo:
        return ModelInfo(context_length=64)

    def embed(self, request: EmbeddingRequest) -> Iterator[Vector | None]:
        inputs = [_text(given) for given in request.inputs]
        for number, text in reversed(list(enumerate(inputs))):
            yield None
            yield Vector(number, counted(text, request.dimensions), len(text))

    def rerank(self, request: RerankRequest) -> Iterator[Score | None]:
        queries = [request.query] * len(request.documents) if isinstance(request.query, str) else request.query
        for number, (query, text) in enumerate(zip(queries, request.documents, strict=True)):
            yield Score(number, cosine(_text(query), _text(text)), len(query) + len(text))


def counted(text: str, letters: int | None = None) -> tuple[float, ...]:
    """How often each of the first letters stands in the text, as a vector of length 1."""
    counts = [text.count(letter) for letter in LETTERS[:letters]]
    length = sqrt(sum(count * count for count in counts)) or 1.0
    return tuple(count / length for count in counts)


def cosine(one: str, other: str) -> float:
    """How alike two texts are."""
    return sum(a * b for a, b in zip(counted(one), counted(other), strict=True))


def _text(given: Input) -> str:
    if not isinstance(given, str):
        if not all(isinstance(part, int) for part in given):
            raise BadRequest("letters have no pictures", param="image_url")
        given = "".join(LETTERS[id] for id in given if isinstance(id, int))
    if "!" in given:
        raise BadRequest("'!' is no letter", param="input")
    return given


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="letters",
        target="mlxs.testing.letters:Letters",
        capabilities=("embedding", "rerank"),
        summary="Counts letters; for tests.",
    )
