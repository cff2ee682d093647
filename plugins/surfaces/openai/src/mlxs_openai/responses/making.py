"""A response in the making: from what was asked to its last event."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from mlxs.errors import BadRequest, RequestError
from mlxs.requests import ChatRequest
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.errors import as_request_error

from .asked import Asked, head
from .body import ResponseBody
from .output import Chunk
from .state import Kept, State
from .writer import ResponseWriter


class Making:
    """One response.

    Args:
        body: The request, which asks what `asked` says.
    """

    def __init__(self, app: App, state: State, body: ResponseBody, asked: Asked) -> None:
        self.background = bool(body.background)
        self.told: list[Chunk] = []
        """All events so far; of those made in the background alone."""
        self.error: RequestError | None = None
        """Why it failed."""
        self._app = app
        self._state = state
        self._asked = asked
        self._events: pipeline.Events | None = None
        self._truncates = body.truncation == "auto"
        self._head = head(asked, body, store=body.store is not False and state.stored)
        self.writer = ResponseWriter(
            self._head,
            asked.toolbox,
            summary=body.reasoning is None or body.reasoning.summary != "none",
            sealed=body.includes("reasoning.encrypted_content"),
        )

    @property
    def id(self) -> str:
        """The response's."""
        return str(self._head["id"])

    async def open(self) -> pipeline.Events:
        """Put it to the model, which has taken it when this returns. Raises RequestError where it does not."""
        cut, most = 0, _turns(self._asked.request) if self._truncates else 0
        while True:
            try:
                request = _without(self._asked.request, cut)
                self._events = await pipeline.chat(self._app.catalog.plugins, self._asked.model, request)
                return self._events
            except BadRequest as error:
                if error.code != "context_length_exceeded" or cut == most:
                    raise
                cut = min(2 * cut or 1, most)  # doubled, so that a long conversation is not tried turn by turn

    async def chunks(self) -> AsyncGenerator[list[Chunk], None]:
        """Its events. It is kept before the last of them is told."""
        try:
            async for portion in self._chunks():
                if self.writer.final:
                    await self.keep(portion)
                if self.background:
                    self.told += portion
                yield portion
        finally:
            if self._events is not None:
                await self._events.aclose()

    async def nothing(self) -> list[Chunk]:
        """The events of a response without an answer, as a client wants that warms a conversation up."""
        told = self.writer.begin() + self.writer.empty()
        await self.keep(told)
        return told

    async def keep(self, last: list[Chunk]) -> None:
        """Keep it as it stands, if it is to be kept; `last` are events about to be told."""
        response = self.writer.final["response"] if self.writer.final else self.writer.response("queued")
        self._state.remember(self.id, [*self._asked.context, *self._asked.input, *response["output"]])
        if self._head["store"]:
            events = [*self.told, *last] if self.background else ()
            await self._state.keep(Kept(response, self._asked.input, events))

    async def hold(self) -> None:
        """Let other servers know that it is being made."""
        await self._state.hold(self.id)

    async def _chunks(self) -> AsyncGenerator[list[Chunk], None]:
        yield self.writer.begin(queued=self.background)
        try:
            async for portion in self._events or await self.open():
                yield self.writer.write(portion)
        except Exception as error:
            self.error = as_request_error(error)
            yield self.writer.fail(self.error)


def _turns(request: ChatRequest) -> int:
    """How many of the oldest turns could be left out: all but the last."""
    return max(0, sum(message.role == "user" for message in request.messages) - 1)


def _without(request: ChatRequest, turns: int) -> ChatRequest:
    """The request without its oldest turns; what the system says stays."""
    if not turns:
        return request
    kept = []
    for message in request.messages:
        turns -= message.role == "user"
        if turns < 0 or message.role in ("system", "developer"):
            kept.append(message)
    return replace(request, messages=tuple(kept))
