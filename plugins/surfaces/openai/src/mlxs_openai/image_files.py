"""Pictures that answers only name: kept in memory for an hour, under addresses that nobody can guess."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from secrets import token_urlsafe

KEPT = 3600.0
"""Seconds, as at OpenAI."""

ROOM = 256 * 2**20
"""Bytes of all pictures together; the oldest make room."""


class Files:
    """Files that end by themselves.

    Args:
        now: The time in seconds, from any beginning.
    """

    def __init__(self, *, room: int = ROOM, now: Callable[[], float] = time.monotonic) -> None:
        self._room = room
        self._now = now
        self._files: OrderedDict[str, tuple[float, bytes, str]] = OrderedDict()  # the oldest first

    def keep(self, file: bytes, kind: str) -> str:
        """Keep a file of a media type; returns its name."""
        self._sweep(len(file))
        name = token_urlsafe(24)
        self._files[name] = (self._now() + KEPT, file, kind)
        return name

    def find(self, name: str) -> tuple[bytes, str] | None:
        """The file of that name, and its media type."""
        self._sweep(0)
        _, file, kind = self._files.get(name, (0, b"", ""))
        return (file, kind) if kind else None

    def _sweep(self, wanted: int) -> None:
        held = sum(len(file) for _, file, _ in self._files.values())
        while self._files:
            name, (end, file, _) = next(iter(self._files.items()))
            if end > self._now() and held + wanted <= self._room:
                return
            del self._files[name]
            held -= len(file)
