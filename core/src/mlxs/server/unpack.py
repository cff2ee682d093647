"""Compressed request bodies, as agents send them: unpacked on their way in, and no further than is allowed."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from zstandard import ZstdDecompressor, ZstdError

from ..errors import BadRequest, TooLarge, UnsupportedMediaType

SLICE = 1024
"""Bytes unpacked at a time: of what a bomb makes of them, memory has room."""


def _deflate(head: bytes) -> Any:
    """Most clients put zlib's header before it, as the standard says; some do not."""
    headed = head[0] & 15 == zlib.DEFLATED and int.from_bytes(head, "big") % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)


ENCODINGS: dict[str, Callable[[bytes], Any]] = {
    "gzip": lambda _: zlib.decompressobj(16 + zlib.MAX_WBITS),
    "deflate": _deflate,
    "zstd": lambda _: ZstdDecompressor().decompressobj(),
}
"""What makes an unpacker for a body that begins with these two bytes, by its `Content-Encoding`."""


class Unpack:
    """Unpacks bodies before anything reads them.

    Args:
        max_body_size: Bytes that a body may have, unpacked.
    """

    def __init__(self, app: ASGIApp, *, max_body_size: int) -> None:
        self._app = app
        self._max = max_body_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = Headers(scope=scope).get("content-encoding", "") if scope["type"] == "http" else ""
        encodings = [name for part in said.split(",") if (name := part.strip().lower()) not in ("", "identity")]
        if not encodings:
            await self._app(scope, receive, send)
            return
        if unknown := [name for name in encodings if name not in ENCODINGS]:
            known = ", ".join(ENCODINGS)
            raise UnsupportedMediaType(f"bodies packed as {unknown[0]!r} are not read, only {known} and plain ones")
        headers = MutableHeaders(scope=scope)
        del headers["content-encoding"], headers["content-length"]
        unread = True

        async def unpacked() -> Message:
            nonlocal unread
            if not unread:
                return await receive()
            unread = False
            body = await _whole(receive)
            for name in reversed(encodings):
                body = await asyncio.to_thread(unpack, body, name, self._max)
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, unpacked, send)


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def unpack(data: bytes, encoding: str, most: int) -> bytes:
    """Packed data, unpacked.

    Args:
        encoding: One of `ENCODINGS`.
        most: Bytes it may have then.

    Raises BadRequest where the data is damaged, TooLarge where there is more.
    """
    body, unpacker = bytearray(), None
    try:
        for end in range(SLICE, len(data) + SLICE, SLICE):
            part = data[end - SLICE : end]
            while part:
                if unpacker is None or unpacker.eof:  # several packed bodies in a row are one
                    at = min(end, len(data)) - len(part)
                    unpacker = ENCODINGS[encoding](data[at : at + 2])
                body += unpacker.decompress(part)
                part = unpacker.unused_data
                if len(body) > most:
                    raise TooLarge(f"the body is larger than {most} bytes; raise --max-body-size to allow it")
    except (zlib.error, ZstdError) as error:
        raise BadRequest(f"the body is no {encoding}: {error}", code="invalid_body") from None
    if unpacker is not None and not unpacker.eof:
        raise BadRequest(f"the body is cut off: its {encoding} has no end", code="invalid_body")
    return bytes(body)
