"""What every request passes: a number, the key, and a limit on its size."""

from __future__ import annotations

from secrets import compare_digest, token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import RequestError, TooLarge, Unauthorized
from .dialects import Dialects
from .errors import NUMBER, response

OPEN = ("/", "/health", "/version")
"""Paths that ask for no key."""
STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
"""Messages with the headers of a reply; a WebSocket's handshake is a request like any other."""


class Guard:
    """Numbers requests, asks for the key, and stops bodies that are too large.

    Args:
        api_key: What `Authorization: Bearer`, `x-api-key` or `api-key` must say; None: anything.
        max_body_size: Bytes.
        dialects: How each path's clients are told what is wrong.
    """

    def __init__(self, app: ASGIApp, *, api_key: str | None, max_body_size: int, dialects: Dialects) -> None:
        self._app = app
        self._key = api_key
        self._max = max_body_size
        self._dialects = dialects

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        number = headers.get("x-request-id") or f"req_{token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = number
        NUMBER.set(number)
        received = 0

        async def numbered(message: Message) -> None:
            if message["type"] in STARTS:
                told = MutableHeaders(scope=message)
                told["x-request-id"] = told["request-id"] = number  # as OpenAI's clients know it, and as Anthropic's
            await send(message)

        async def measured() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max:
                raise self._too_large()
            return message

        try:
            if scope["path"] not in OPEN and scope.get("method") != "OPTIONS":
                self._check_key(headers)
            if int(headers.get("content-length") or 0) > self._max:
                raise self._too_large()
            await self._app(scope, measured, numbered)
        except RequestError as error:
            await response(error, self._dialects.of(scope["path"]))(scope, receive, numbered)

    def _check_key(self, headers: Headers) -> None:
        if self._key is None:
            return
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        given = (bearer, headers.get("x-api-key", ""), headers.get("api-key", ""))
        if not any(compare_digest(key.encode(), self._key.encode()) for key in given):
            raise Unauthorized("the API key is missing or wrong; send it as `Authorization: Bearer KEY`")

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the body is larger than {self._max} bytes; raise --max-body-size to allow it")
