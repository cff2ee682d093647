"""What the parsers make of a text: `/v1/parse`, and which a model has: `/v1/models/{id}/parser`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from ..catalog import CatalogError, Shelf
from ..choice import Choice
from ..errors import BadRequest
from ..events import ParsedEvent, merge
from ..reading import answer, events_of
from ..requests import Tool
from . import errors
from .app import App


class ToolBody(BaseModel):
    """A tool, as chat completions take it, or as responses do: its function alone."""

    function: ToolBody | None = None
    name: str | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None


class ParseBody(BaseModel):
    """An answer to be read.

    Args:
        chunks: What it comes in; `text` may then be left out.
        tools: What the model was offered: as chat completions take them, or as responses do.
        tool_call_parser, reasoning_parser: Their names. A family's name may stand in both places; where
            the family has no such parser, there is none.
        generation_prompt: What the chat template wrote at the beginning of the answer.
        initial_state: In place of that: whether the answer begins inside a thought.
    """

    text: str | None = None
    chunks: list[str] | None = None
    tools: list[ToolBody] | None = None
    tool_call_parser: str | None = None
    reasoning_parser: str | None = None
    generation_prompt: str | None = None
    initial_state: Literal["reasoning", "content"] | None = None


def router(app: App) -> APIRouter:
    """Routes that need no model's answer."""
    router = APIRouter(prefix="/v1", tags=["parsing"], route_class=errors.dialect(errors.openai))

    @router.post("/parse")
    async def parse(body: ParseBody) -> dict[str, Any]:
        """Read a text as the answer of a model. Without parsers all of it is content."""
        if body.text is None and body.chunks is None:
            raise BadRequest("there is nothing to read: send text, or chunks", param="text")
        if body.text and body.chunks and "".join(body.chunks) != body.text:
            raise BadRequest("chunks and text differ; send one of them, or chunks of the text", param="chunks")
        tool_parsers, reasoning_parsers = app.catalog.tool_parsers, app.catalog.reasoning_parsers
        events = events_of(
            body.chunks or [body.text or ""],
            _load(tool_parsers, reasoning_parsers, body.tool_call_parser, "tool_call_parser"),
            _load(reasoning_parsers, tool_parsers, body.reasoning_parser, "reasoning_parser"),
            tools=list(map(_tool, body.tools or (), count())),
            generation_prompt=body.generation_prompt,
            initial_state=body.initial_state,
        )
        said = answer(events if body.chunks else merge(events))
        return {
            "content": said.content,
            "reasoning": said.reasoning,
            "tool_calls": [{"name": name, "arguments": arguments} for name, arguments in said.tool_calls],
            "events": events_body(said.events),
        }

    @router.get("/models/{id:path}/parser")
    async def parser(id: str) -> dict[str, Any]:
        """Which parsers and converter a model has, and why."""
        model = app.pool.find(id)
        model.require("chat")
        await model.load()
        return {
            "model": model.name,
            "tool_call_parser": _chosen(model.dialect.tool_parser),
            "reasoning_parser": _chosen(model.dialect.reasoning_parser),
            "message_converter": _chosen(model.dialect.converter),
            "calls": {kind: model.calls[kind] for kind in ("declared", "undeclared")},
        }

    return router


def events_body(events: Sequence[ParsedEvent]) -> list[dict[str, Any]]:
    """Events as JSON, each with the name of its kind."""
    return [{"type": type(event).__name__, **asdict(event)} for event in events]


def _chosen(choice: Choice[Any]) -> dict[str, Any]:
    return {"name": choice.name, "summary": choice.spec.summary if choice.spec else "", "why": choice.why}


def _tool(said: ToolBody, at: int) -> Tool:
    function = said.function or said
    if not function.name:
        raise BadRequest(f"tools.{at} has no name: only calls of functions are read", param=f"tools.{at}.name")
    return Tool(name=function.name, description=function.description, parameters=function.parameters or {})


def _load(shelf: Shelf[Any], other: Shelf[Any], name: str | None, param: str) -> Any:
    """The parser of that name; None where only the other kind has one."""
    if name is None or name == "none" or (name not in shelf and name in other):
        return None
    try:
        return shelf.load(name)
    except CatalogError as error:
        raise BadRequest(str(error), param=param) from None
