"""`POST /v1/messages`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from mlxs.errors import RequestError
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone

from .body import CreateBody
from .errors import anthropic
from .writer import PING, Frame, MessageWriter, fold

NOTHING_DONE: dict[str, Any] = {"context_management": {"applied_edits": []}}
"""Conversations are taken as they are sent; those who asked for edits are told that there were none."""


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("")
    async def create_message(body: CreateBody, request: Request) -> Response:
        """Go on with a conversation."""
        asked = replace(body.request(), sampling=body.sampling)
        model = app.pool.find(asked.model)
        answer = await unless_gone(request, pipeline.chat(app.catalog.plugins, model, asked))
        told = NOTHING_DONE if body.context_management else None
        portions = _portions(MessageWriter(model.name, show_thoughts=body.shows_thoughts, told=told), answer)
        if body.stream:
            return sse.stream(_frames(portions), _failed, ping=frame(PING))
        return errors.json_response(fold(await unless_gone(request, _all(portions))))


def frame(said: Frame) -> bytes:
    """An event, under the name of its type."""
    return sse.frame(said, said["type"])


async def _portions(writer: MessageWriter, answer: pipeline.Events) -> AsyncGenerator[list[Frame], None]:
    async with aclosing(answer):
        async for events in answer:
            yield list(writer.frames(events))


async def _all(portions: AsyncGenerator[list[Frame], None]) -> list[Frame]:
    async with aclosing(portions):
        return [said async for portion in portions for said in portion]


async def _frames(portions: AsyncGenerator[list[Frame], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            if frames := b"".join(map(frame, portion)):
                yield frames


def _failed(error: RequestError) -> bytes:
    return frame(anthropic(error))
