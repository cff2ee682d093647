"""Who may go in, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import Overloaded


class Queue:
    """A fair queue before one model.

    Args:
        concurrency: How many are let in together.
        size: How many may wait; one more is refused.
        timeout: Seconds after which a waiting one is refused.
    """

    def __init__(self, concurrency: int, size: int, timeout: float) -> None:
        self.concurrency = concurrency
        self.size = size
        self.timeout = timeout
        self.running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, and keep it for the length of the block.

        Raises Overloaded where too many wait already, or after the timeout.
        """
        await self._enter()
        try:
            yield
        finally:
            self.running -= 1
            self._let_in()

    async def _enter(self) -> None:
        if self.running < self.concurrency and not self._waiting:
            self.running += 1
            return
        if len(self._waiting) >= self.size:
            raise Overloaded(f"{self.waiting} requests wait for this model already; try again later", retry_after=1)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self.timeout):
                await asyncio.shield(turn)
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.running -= 1  # let in at the very moment of leaving
                self._let_in()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                message = f"no place came free within {self.timeout:g} s; try again later, or raise --queue-timeout"
                raise Overloaded(message, retry_after=1) from None
            raise

    def _let_in(self) -> None:
        while self._waiting and self.running < self.concurrency:
            self.running += 1
            self._waiting.popleft().set_result(None)
