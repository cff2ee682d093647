"""Server-sent events: frames, keep-alives, and what becomes of an error after the first byte."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import orjson
from sse_starlette import EventSourceResponse
from sse_starlette.sse import AppStatus

from ..errors import RequestError
from .errors import as_request_error

KEEP_ALIVE = 10.0
"""Seconds between frames that keep a quiet connection open, as while a long prompt is read."""

AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]  # at Ctrl-C the server lets answers come to their end


def frame(data: Any, event: str | None = None) -> bytes:
    """One event with JSON data, and a name where the dialect names its events."""
    name = b"event: " + event.encode() + b"\n" if event else b""
    return name + b"data: " + orjson.dumps(data) + b"\n\n"


def stream(
    frames: AsyncGenerator[bytes, None], failed: Callable[[RequestError], bytes], *, ping: bytes | None = None
) -> EventSourceResponse:
    """A response that sends frames as they come.

    The generator is closed when the client goes. An error is sent as the frames `failed` makes of it,
    and ends the stream. `ping` is the frame that keeps a quiet connection open, where the dialect has one;
    otherwise it is a comment.
    """
    keep_alive: Any = None if ping is None else lambda: ping
    return EventSourceResponse(_guarded(frames, failed), ping=KEEP_ALIVE, ping_message_factory=keep_alive, sep="\n")


async def _guarded(
    frames: AsyncGenerator[bytes, None], failed: Callable[[RequestError], bytes]
) -> AsyncIterator[bytes]:
    async with aclosing(frames):
        try:
            async for frame in frames:
                yield frame
        except Exception as error:
            yield failed(as_request_error(error))
