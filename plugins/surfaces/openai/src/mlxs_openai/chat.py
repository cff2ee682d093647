"""`POST /v1/chat/completions`."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from mlxs.errors import RequestError
from mlxs.models import Model
from mlxs.requests import ChatRequest
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone

from .body import ChatBody
from .writer import ChatWriter, Chunk, fold

END = b"data: [DONE]\n\n"


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("/chat/completions")
    async def create_chat_completion(body: ChatBody, request: Request) -> Response:
        """Go on with a conversation."""
        asked = body.request()
        model = app.pool.find(asked.model)
        answers = await unless_gone(request, _open(app, model, asked, body.n or 1))
        custom = {tool.name for tool in asked.tools if tool.custom}
        chunks = _chunks(ChatWriter(model.name, int(time.time()), custom), answers)
        if body.stream:
            usage = bool(body.stream_options and body.stream_options.include_usage)
            return sse.stream(_frames(chunks, usage=usage), _failed)
        return errors.json_response(fold(await unless_gone(request, _all(chunks))))


async def _open(app: App, model: Model, request: ChatRequest, n: int) -> list[pipeline.Events]:
    """As many answers as are wanted, each with a seed of its own.

    The first has been taken by the model when this returns, so that a request it refuses is refused
    before anything is sent; the others begin when they are read, since they may have to wait for it.
    """

    async def answer(number: int) -> pipeline.Events:
        seed = request.sampling.seed
        sampling = request.sampling if seed is None else replace(request.sampling, seed=seed + number)
        return await pipeline.chat(app.catalog.plugins, model, replace(request, sampling=sampling))

    async def later(number: int) -> pipeline.Events:
        async with aclosing(await answer(number)) as events:
            async for portion in events:
                yield portion

    return [await answer(0), *(later(number) for number in range(1, n))]


async def _chunks(writer: ChatWriter, answers: list[pipeline.Events]) -> AsyncGenerator[list[Chunk], None]:
    yield [writer.begin(choice) for choice in range(len(answers))]
    async with aclosing(pipeline.side_by_side(answers)) as portions:
        async for choice, events in portions:
            yield list(writer.chunks(choice, events))
    yield [writer.usage()]


async def _all(portions: AsyncGenerator[list[Chunk], None]) -> list[Chunk]:
    async with aclosing(portions):
        return [chunk async for portion in portions for chunk in portion]


async def _frames(portions: AsyncGenerator[list[Chunk], None], *, usage: bool) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            if frames := b"".join(sse.frame(chunk) for chunk in portion if usage or chunk["choices"]):
                yield frames
    yield END


def _failed(error: RequestError) -> bytes:
    said: dict[str, Any] = errors.openai(error)
    return sse.frame(said) + END
