"""`/v1/responses` over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mlxs.errors import BadRequest, RequestError
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.tokens import TokensRequest

from ..reply import END, collected
from . import compaction, conversations, socket
from .asked import ask
from .body import AskBody, ResponseBody
from .jobs import Job
from .making import Making
from .output import Chunk
from .pages import Limit, Order, after, page
from .state import OPEN, Kept, State
from .writer import fold


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""
    state = State(app)
    running: dict[str, Job] = {}

    @router.post("/responses")
    async def create_response(body: ResponseBody, request: Request) -> Response:
        """Answer, and remember it."""
        if body.background and not state.stored:
            raise BadRequest(
                "background: a response that nobody waits for must be kept, and this server keeps none; "
                "start it without --no-state",
                param="background",
            )
        making = Making(app, state, body, await ask(app, state, body, body.sampling()))
        if making.background:
            await making.keep([])
            await making.hold()
            job = Job(making, running)
            return _stream(job.follow()) if body.stream else errors.json_response(job.response)
        await unless_gone(request, making.open())
        if body.stream:
            return _stream(making.chunks(), making)
        chunks = await unless_gone(request, collected(making.chunks()))
        if making.error:
            raise making.error
        return errors.json_response(fold(chunks))

    @router.post("/responses/input_tokens")
    async def count_input_tokens(body: AskBody, request: Request) -> Response:
        """How many tokens a request would put in."""
        asked = await ask(app, state, body)
        counting = pipeline.tokens(app.catalog.plugins, asked.model, TokensRequest(prompt=asked.request))
        tokens = await unless_gone(request, counting)
        return errors.json_response({"object": "response.input_tokens", "input_tokens": len(tokens.ids)})

    compaction.mount(router, app, state)

    @router.get("/responses/{id}")
    async def retrieve_response(
        id: str, stream: bool = False, starting_after: Annotated[int, Query(ge=-1)] = -1
    ) -> Response:
        """A response as it stands, or its events, those to come as they do."""
        job = running.get(id)
        if stream:
            return _stream(job.follow(starting_after) if job else _again(await _events(state, id), starting_after))
        return errors.json_response(job.response if job else (await state.find(id)).response)

    @router.delete("/responses/{id}")
    async def delete_response(id: str) -> Response:
        """Forget a response."""
        if job := running.get(id):
            await job.cancel()
        else:
            await _not_elsewhere(state, id, "cancel")
        await state.delete(id)
        return errors.json_response({"id": id, "object": "response", "deleted": True})

    @router.post("/responses/{id}/cancel")
    async def cancel_response(id: str) -> Response:
        """End a response that is made in the background; one that is over stays as it is."""
        if job := running.get(id):
            await job.cancel()
            return errors.json_response(job.response)
        response = (await _not_elsewhere(state, id, "cancel")).response
        if not response["background"]:
            raise BadRequest("only responses made with background: true can be cancelled")
        return errors.json_response(response)

    @router.get("/responses/{id}/input_items")
    async def list_input_items(
        id: str, after_id: Annotated[str | None, Query(alias="after")] = None, limit: Limit = 20, order: Order = "desc"
    ) -> Response:
        """The items that were put in, without those that came before."""
        kept = await state.find(id)
        return errors.json_response(page(after(kept.input, after_id, order), limit))

    conversations.mount(router, state)
    socket.mount(router, app)


async def _not_elsewhere(state: State, id: str, do: str) -> Kept:
    """A response that nobody here is making. Raises BadRequest where another server is."""
    kept = await state.find(id)
    if kept.response["status"] in OPEN:
        raise BadRequest(f"the response {id!r} is being made by another server; ask that one to {do} it")
    return kept


async def _events(state: State, id: str) -> list[Chunk]:
    kept = await _not_elsewhere(state, id, "stream")
    if not kept.events:
        why = (
            "its server ended before it was over"
            if kept.response["background"]
            else "only the events of responses made with background: true are kept"
        )
        raise BadRequest(f"the response {id!r} cannot be streamed here: {why}", param="stream")
    return list(kept.events)


async def _again(events: list[Chunk], starting_after: int) -> AsyncGenerator[list[Chunk], None]:
    yield events[starting_after + 1 :]


def _stream(portions: AsyncGenerator[list[Chunk], None], making: Making | None = None) -> Response:
    def failed(error: RequestError) -> bytes:
        said = making.writer.error(error) if making else {"type": "error", **errors.openai(error)["error"]}
        return sse.frame(said, "error") + END

    return sse.stream(_frames(portions), failed)


async def _frames(portions: AsyncGenerator[list[Chunk], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            if portion:
                yield b"".join(sse.frame(chunk, chunk["type"]) for chunk in portion)
    yield END
