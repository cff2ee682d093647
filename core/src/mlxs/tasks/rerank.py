"""How well documents answer a query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankRequest:
    """Documents to be weighed against a query.

    Args:
        query: One for all documents, or one for each.
    """

    query: str | tuple[str, ...]
    documents: tuple[str, ...]
    model: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One document's relevance.

    Args:
        index: Which document, from 0.
        value: More is better; from 0 to 1, or a cosine from -1 to 1 where the model compares vectors.
        tokens: How many query and document have together.
    """

    index: int
    value: float
    tokens: int


class RerankModel(ABC):
    """Can weigh documents against a query."""

    @abstractmethod
    def rerank(self, request: Any) -> Iterator[Score | None]:
        """Answer a `RerankRequest`, or what `prepare` made of it: a `Score` a document, in any order."""
