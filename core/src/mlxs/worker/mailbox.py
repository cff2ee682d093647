"""What a request has been told and not yet read."""

from __future__ import annotations

import asyncio
from collections import deque

from ..backends import Piece, Reply
from ..errors import RequestError


class Mailbox:
    """A slow reader gets bigger pieces, and never slows the model."""

    def __init__(self) -> None:
        self._replies: deque[Reply | RequestError] = deque()
        self._arrived = asyncio.Event()

    def put(self, reply: Reply | RequestError) -> None:
        """Add a reply; joined with the one before where both are pieces."""
        last = self._replies[-1] if self._replies else None
        if isinstance(reply, Piece) and isinstance(last, Piece):
            self._replies[-1] = Piece(
                last.text + reply.text, last.tokens + reply.tokens, last.logprobs + reply.logprobs
            )
        else:
            self._replies.append(reply)
        self._arrived.set()

    async def get(self) -> Reply:
        """The next reply. Raises it where it is an error."""
        while not self._replies:
            self._arrived.clear()
            await self._arrived.wait()
        reply = self._replies.popleft()
        if isinstance(reply, RequestError):
            raise reply
        return reply
