"""What the parsers make of a text: `/v1/parse`, and which a model has: `/v1/models/{id}/parser`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from ..catalog import CatalogError, Shelf
from ..choice import Choice
from ..errors import BadRequest
from ..events import ParsedEvent, merge
from ..reading import answer, events_of
from ..requests import Tool
from . import errors
from .app import App


class Function(BaseModel):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None


class ToolBody(BaseModel):
    """A tool, as chat completions take it, or its function alone."""

    model_config = ConfigDict(extra="ignore")

    function: Function | None = None
    name: str | None = None
    parameters: dict[str, Any] | None = None

    def tool(self) -> Tool:
        function = self.function or Function(name=self.name or "", parameters=self.parameters)
        return Tool(name=function.name, description=function.description, parameters=function.parameters or {})


class ParseBody(BaseModel):
    """An answer to be read; `chunks`, where given, are what it comes in."""

    text: str = ""
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
        if body.chunks is not None and body.text and "".join(body.chunks) != body.text:
            raise BadRequest("chunks and text differ; send one of them, or chunks of the text", param="chunks")
        events = events_of(
            [body.text] if body.chunks is None else body.chunks,
            _load(app.catalog.tool_parsers, body.tool_call_parser, "tool_call_parser"),
            _load(app.catalog.reasoning_parsers, body.reasoning_parser, "reasoning_parser"),
            tools=[tool.tool() for tool in body.tools or ()],
            generation_prompt=body.generation_prompt,
            initial_state=body.initial_state,
        )
        said = answer(merge(events) if body.chunks is None else events)
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


def _load(shelf: Shelf[Any], name: str | None, param: str) -> Any:
    if name is None or name == "none":
        return None
    try:
        return shelf.load(name)
    except CatalogError as error:
        raise BadRequest(str(error), param=param) from None
