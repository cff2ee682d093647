"""`/v1/responses` over a WebSocket: requests and events as JSON frames, on one connection.

https://platform.openai.com/docs/guides/websocket-mode
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from mlxs.errors import BadRequest, RequestError, TooLarge
from mlxs.server import errors
from mlxs.server.app import App

from .asked import ask
from .body import ResponseBody
from .invalid import explained
from .making import Making
from .output import Chunk
from .state import State

LANES = 16
"""Responses at most that a connection may have made at a time."""


class CreateBody(ResponseBody):
    """A frame that asks for a response.

    Args:
        generate: Whether there is to be an answer; without one, the input is remembered for the next request.
        stream_id: Of the lane it is made in; requests in one lane wait for each other.
    """

    generate: bool = True
    stream_id: str | None = None


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.websocket("/responses")
    async def responses(socket: WebSocket) -> None:
        await Connection(app, socket).serve()


class Connection:
    """One client's. It remembers its responses, stored or not, until it ends."""

    def __init__(self, app: App, socket: WebSocket) -> None:
        self._app = app
        self._socket = socket
        self._state = State(app, remembers=True)
        self._lanes: dict[Any, asyncio.Queue[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def serve(self) -> None:
        """Answer until the client goes; what it has not waited for is cancelled."""
        await self._socket.accept()
        try:
            while (message := await self._socket.receive())["type"] != "websocket.disconnect":
                await self._take(message.get("text") or message.get("bytes") or "")
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, text: str | bytes) -> None:
        """Put a frame into its lane."""
        lane = None
        try:
            frame = self._frame(text)
            lane = frame.get("stream_id")
            if lane not in self._lanes:
                if len(self._lanes) == LANES:
                    raise BadRequest(f"stream_id: a connection has {LANES} lanes at most", param="stream_id")
                self._lanes[lane] = asyncio.Queue()
                self._tasks.append(asyncio.create_task(self._work(lane)))
            self._lanes[lane].put_nowait(frame)
        except RequestError as error:
            await self._complain(error, lane)

    def _frame(self, text: str | bytes) -> dict[str, Any]:
        if len(text) > self._app.server.max_body_size:
            raise TooLarge(f"the frame is larger than {self._app.server.max_body_size} bytes")
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"the frame is not valid JSON: {error}", code="invalid_json") from None
        if not isinstance(frame, dict) or frame.get("type") != "response.create":
            raise BadRequest('a frame must be {"type": "response.create", ...}', param="type")
        if not isinstance(frame.get("stream_id"), str | None):
            raise BadRequest("stream_id must be a string", code="invalid_stream_id", param="stream_id")
        return frame

    async def _work(self, lane: str | None) -> None:
        while True:
            frame = await self._lanes[lane].get()
            try:
                await self._answer(frame, lane)
            except WebSocketDisconnect:
                return
            except Exception as error:
                await self._complain(errors.as_request_error(error), lane)

    async def _answer(self, frame: dict[str, Any], lane: str | None) -> None:
        try:
            body = CreateBody.model_validate(frame)
        except ValidationError as error:
            raise explained(error) from None
        failed = True
        try:
            failed = not await self._make(body, lane)
        finally:
            if failed and body.previous_response_id is not None:  # whoever fails begins anew, as at OpenAI
                self._state.forget(body.previous_response_id)

    async def _make(self, body: CreateBody, lane: str | None) -> bool:
        """Tell a response. Returns whether there was no failure among its events."""
        if body.background:
            raise BadRequest("background is not supported on a WebSocket; send it to POST /v1/responses")
        making = Making(self._app, self._state, body, await ask(self._app, self._state, body, body.sampling()))
        if not body.generate:
            await self._send(await making.nothing(), lane)
            return True
        await making.open()
        async with aclosing(making.chunks()) as portions:
            async for portion in portions:
                await self._send(portion, lane)
        return making.error is None

    async def _complain(self, error: RequestError, lane: str | None) -> None:
        await self._send([{"type": "error", "status": error.status, **errors.openai(error)}], lane)

    async def _send(self, chunks: list[Chunk], lane: str | None) -> None:
        for chunk in chunks:
            said = chunk if lane is None else {**chunk, "stream_id": lane}
            await self._socket.send_text(orjson.dumps(said).decode())
