"""`POST /v1/responses/compact`: a long conversation in short, as an item to go on from.

https://platform.openai.com/docs/guides/compaction
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from mlxs.errors import ModelFailed
from mlxs.events import Finish, TextDelta, Usage
from mlxs.requests import ChatRequest, Message, ToolChoice
from mlxs.server import errors, pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone

from .asked import Asked, ask
from .body import AskBody
from .ids import new
from .sealed import seal
from .state import State
from .writer import usage_body

INSTRUCTION = (
    "Stop here. Write a summary of this conversation from which somebody who has not read it can go on with the "
    "work: what is wanted and under which conditions, what has been done and decided, what was learnt on the way "
    "(names of files, commands, errors, figures), what is still to do, and what comes next. Write the summary alone."
)


class CompactBody(AskBody):
    """A request for a summary. No server of this API guesses whose."""

    model: str


def mount(router: APIRouter, app: App, state: State) -> None:
    """Add the route."""

    @router.post("/responses/compact")
    async def compact_response(body: CompactBody, request: Request) -> Response:
        """Have the model sum the conversation up; what the user said stays as it was."""
        asked = await ask(app, state, body)
        summary, usage = await unless_gone(request, _summary(app, asked))
        item = {
            "id": new("cmp"),
            "type": "compaction",
            "encrypted_content": seal({"summary": _whole(asked.request.messages, summary)}),
        }
        said = {
            "id": new("resp"),
            "object": "response.compaction",
            "created_at": int(time.time()),
            "output": [item],
            "usage": usage_body(usage),
        }
        return errors.json_response(said)


async def _summary(app: App, asked: Asked) -> tuple[str, Usage]:
    """What the model makes of the conversation."""
    request: ChatRequest = replace(
        asked.request,
        messages=(*asked.request.messages, Message(role="user", content=INSTRUCTION)),
        tool_choice=ToolChoice(mode="none"),
        format=None,
        template={**asked.request.template, "enable_thinking": False},
    )
    said, usage = [], Usage()
    async with aclosing(await pipeline.chat(app.catalog.plugins, asked.model, request)) as portions:
        async for portion in portions:
            for event in portion:
                if isinstance(event, TextDelta):
                    said.append(event.text)
                elif isinstance(event, Finish):
                    usage = event.usage
    summary = "".join(said).strip()
    if not summary:
        raise ModelFailed("the model had nothing to say about this conversation; send its items instead")
    return summary, usage


def _whole(messages: Sequence[Message], summary: str) -> str:
    """The summary after what the user said, which no summary should blur."""
    asked = "\n\n".join(message.text for message in messages if message.role == "user" and message.text)
    said = f"What the user has said so far:\n\n{asked}\n\n" if asked else ""
    return f"{said}What has happened so far, in short:\n\n{summary}"
