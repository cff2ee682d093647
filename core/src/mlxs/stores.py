"""Write a store: where conversations and answers outlive the server.

    class Shelf(Store):
        async def save(self, *records): ...

A store keeps records and knows nothing of what is in them. Several servers may use one at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something kept.

    Args:
        kind: Such as `response` or `conversation`.
        id: Unique among its kind.
        data: JSON data.
        parent: `kind` and `id` of the record it belongs to and ends with; None where it stands by itself.
        expires: Seconds since 1970; None: with its parent, or never.
    """

    kind: str
    id: str
    data: dict[str, Any]
    parent: tuple[str, str] | None = None
    expires: float | None = None


class Store(ABC):
    """Keeps records.

    Args:
        directory: Where a store that needs files puts them; made when it is opened.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @abstractmethod
    async def open(self) -> None:
        """Make ready. Raises MlxsError where it cannot be."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything. May be called twice."""

    @abstractmethod
    async def save(self, *records: Record) -> None:
        """Keep all of them or none: once this returns, a crash loses nothing of them.

        A record of the same kind and id is replaced, and stays where it stood among its siblings.
        """

    @abstractmethod
    async def find(self, kind: str, id: str) -> Record | None:
        """The record; None where there is none, or it has expired."""

    @abstractmethod
    async def children(
        self, parent: tuple[str, str], *, after: str | None = None, limit: int | None = None, newest_first: bool = False
    ) -> Sequence[Record]:
        """What belongs to a record, in the order in which it was first saved.

        Args:
            after: Id of the one after which to begin.
            limit: How many at most.
        """

    @abstractmethod
    async def delete(self, kind: str, id: str) -> bool:
        """Forget a record and what belongs to it. Returns whether there was one."""

    @abstractmethod
    async def expire(self, now: float) -> Sequence[tuple[Record, Sequence[Record]]]:
        """Forget what has expired. Returns each such record that stands by itself, with what belonged to it."""
