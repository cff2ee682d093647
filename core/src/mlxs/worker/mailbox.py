"""What a request has been told and not yet read."""

from __future__ import annotations

import asyncio
from collections import deque

from ..backends import Reply
from ..errors import RequestError


class Mailbox:
    """A slow reader gets bigger portions, and never slows the model."""

    def __init__(self) -> None:
        self._replies: deque[Reply | RequestError] = deque()
        self._arrived = asyncio.Event()

    def put(self, reply: Reply | RequestError) -> None:
        """Add a reply."""
        self._replies.append(reply)
        self._arrived.set()

    async def get(self) -> list[Reply]:
        """All replies that are there, one at least. Raises the error that comes next, where one does."""
        while not self._replies:
            self._arrived.clear()
            await self._arrived.wait()
        portion: list[Reply] = []
        while self._replies:
            if isinstance(self._replies[0], RequestError) and portion:
                break
            reply = self._replies.popleft()
            if isinstance(reply, RequestError):
                raise reply
            portion.append(reply)
        return portion
