"""Responses that are made in the background, whoever stays to watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from mlxs.errors import MlxsError
from mlxs.server.errors import as_request_error

from .making import Making
from .output import Chunk
from .state import LEASE


class Job:
    """One response that is being made. It begins at once, and goes on until it is over or cancelled.

    Args:
        running: Where it stands until then, by the id of its response.
    """

    def __init__(self, making: Making, running: dict[str, Job]) -> None:
        self._making = making
        self._running = running
        self._over = False
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run())
        running[making.id] = self

    @property
    def response(self) -> Chunk:
        """The response as it stands."""
        writer = self._making.writer
        if writer.final:
            final: Chunk = writer.final["response"]
            return final
        return writer.response("in_progress" if self._making.told else "queued")

    async def cancel(self) -> None:
        """End it; where it is about to end by itself, it does."""
        if self._making.writer.final is None:
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def follow(self, after: int = -1) -> AsyncGenerator[list[Chunk], None]:
        """Its events with greater numbers than that, those to come as they do."""
        told, seen = self._making.told, after + 1
        while len(told) > seen or not self._over:
            changed = self._changed
            if portion := told[seen:]:
                seen += len(portion)
                yield portion
            else:
                await changed.wait()

    async def _run(self) -> None:
        making, holding = self._making, asyncio.create_task(self._hold())
        try:
            async with aclosing(making.chunks()) as portions:
                async for _ in portions:
                    self._tell()
        except asyncio.CancelledError:
            if making.writer.final is None:
                last = making.writer.cancel()
                await making.keep(last)
                making.told += last
        except Exception as error:  # it could not be kept
            making.told.append(making.writer.error(as_request_error(error)))
        finally:
            holding.cancel()
            del self._running[making.id]
            self._over = True
            self._tell()

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            with suppress(MlxsError):  # what cannot be kept now may be kept the next time
                await self._making.hold()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
