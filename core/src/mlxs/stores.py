"""Write a store: where conversations and answers outlive the server.

    class Shelf(Store):
        async def save(self, *records): ...

A store keeps records and knows nothing of what is in them. Several servers may use one at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import MlxsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something kept.

    Args:
        kind: Such as `response` or `conversation`.
        id: Unique among its kind.
        data: JSON data.
        parent: `kind` and `id` of the record it belongs to and ends with; None where it stands by itself.
        expires: Seconds since 1970; None: with its parent, or never. Never later than its parent.
    """

    kind: str
    id: str
    data: dict[str, Any]
    parent: tuple[str, str] | None = None
    expires: float | None = None


Archive = Callable[[Record, Sequence[Record]], Awaitable[None]]
"""Told of a record that stands by itself and of all that belongs to it, in the order in which it was first saved."""


class Store(ABC):
    """Keeps records. What cannot be done, because a disk is full or a file damaged, raises MlxsError.

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

        A record of the same kind and id is replaced, and stays where it stood among its siblings; what
        belongs to it still does. Raises BadRequest where a parent is neither kept nor among them.
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

        Raises BadRequest where nothing of the id `after` belongs to it.
        """

    @abstractmethod
    async def renew(self, kind: str, id: str, expires: float) -> bool:
        """Let a record expire at another time, whatever is in it by now. Returns whether there was one."""

    @abstractmethod
    async def delete(self, kind: str, id: str) -> bool:
        """Forget a record and what belongs to it. Returns whether there was one."""

    @abstractmethod
    async def expire(self, now: float, archive: Archive | None = None) -> int:
        """Forget what has expired.

        Args:
            now: Seconds since 1970.
            archive: Awaited for each expired record that stands by itself, before it is forgotten. Where
                it raises, the record is kept, and so is what has not been looked at yet.

        Returns how many were forgotten that stood by themselves.
        """


def private(directory: Path) -> Path:
    """Make a directory that its owner alone may look into; one that is there stays as it is."""
    try:
        directory.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MlxsError(f"{directory} cannot be made: {error.strerror}") from None
    return directory
