"""`POST /v1/chat/completions`."""

from __future__ import annotations

import time
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone

from .body import ChatBody
from .reply import begun, reply, seed
from .writer import ChatWriter, fold


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("/chat/completions")
    async def create_chat_completion(body: ChatBody, request: Request) -> Response:
        """Go on with a conversation."""
        asked = body.request()
        model = app.pool.find(asked.model)

        async def answer(number: int) -> pipeline.Events:
            sampling = replace(asked.sampling, seed=seed(asked.sampling, number))
            return await pipeline.chat(app.catalog.plugins, model, replace(asked, sampling=sampling))

        answers = await unless_gone(request, begun(answer, body.n or 1))
        custom = {tool.name for tool in asked.tools if tool.custom}
        return await reply(request, body, answers, ChatWriter(model.name, int(time.time()), custom), fold)
