"""A request with all that it refers to: what is to be answered, and what there is to say of the response."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from mlxs.errors import BadRequest
from mlxs.models import Model
from mlxs.requests import ChatRequest, SamplingParams
from mlxs.server.app import App

from .body import AskBody, ResponseBody
from .choice import tool_choice
from .ids import new
from .input import brought, conversation, read, reference
from .items import Item
from .output import Chunk
from .state import State
from .toolbox import Toolbox


@dataclass(frozen=True)
class Asked:
    """A question.

    Args:
        context: Items that were said before.
        input: Items that are new.
        toolbox: The tools that may be called.
        request: All of it, for the model.
    """

    model: Model
    context: list[Item]
    input: list[Item]
    toolbox: Toolbox
    request: ChatRequest


async def ask(app: App, state: State, body: AskBody, sampling: SamplingParams | None = None) -> Asked:
    """What a request asks. Raises RequestError where it makes no sense, or what it refers to is gone."""
    body.refuse()
    model = app.pool.find(body.model or "")
    context = await _context(state, body)
    input = await _input(state, body.input)
    if not (context or input):
        raise BadRequest("there is nothing to answer; send input", param="input")
    toolbox = Toolbox()
    toolbox.add(body.tools or (), "tools")
    toolbox.add(brought((*context, *input)), "input.tools")
    template, budget = body.template()
    request = ChatRequest(
        model=body.model or "",
        messages=conversation((*context, *input), body.instructions),
        tools=tuple(toolbox.tools),
        tool_choice=tool_choice(body.tool_choice),
        parallel_tool_calls=body.parallel_tool_calls is not False,
        sampling=sampling or SamplingParams(),
        template=template,
        thought_tokens=budget,
        format=body.format.grammar(),
    )
    return Asked(model, context, input, toolbox, request)


async def _context(state: State, body: AskBody) -> list[Item]:
    if body.previous_response_id is not None:
        return await state.history(body.previous_response_id)
    if body.conversation_id is not None:
        return await state.said(body.conversation_id)
    return []


async def _input(state: State, given: str | list[Any] | None) -> list[Item]:
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    return [await _item(state, item, f"input.{number}") for number, item in enumerate(given or ())]


async def _item(state: State, given: Any, param: str) -> Item:
    """One item under a new id; those that are referred to are said once more."""
    id = reference(given)
    if id is None:
        return read(given, param).item()
    found = await state.item(id) if state.stored else None
    if found is None:
        raise BadRequest(
            f"{param}: there is no item {id!r} here any more"
            + ("" if state.stored else ", for this server keeps none (start it without --no-state)")
            + "; send the item itself",
            code="item_not_found",
            param=param,
        )
    return read(found, param).item()


def head(asked: Asked, body: ResponseBody, *, store: bool) -> Chunk:
    """The response to a request, but for what becomes of it."""
    options = asked.model.options
    reasoning = body.reasoning
    summary = reasoning and (reasoning.summary or reasoning.generate_summary)
    text: Chunk = {"format": body.format.told(), "verbosity": (body.text and body.text.verbosity) or "medium"}
    return {
        "id": new("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": "in_progress",
        "background": bool(body.background),
        "error": None,
        "incomplete_details": None,
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "max_tool_calls": body.max_tool_calls,
        "model": asked.model.name,
        "output": [],
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "previous_response_id": body.previous_response_id,
        "conversation": {"id": body.conversation_id} if body.conversation_id is not None else None,
        "prompt_cache_key": body.prompt_cache_key,
        "reasoning": {"effort": reasoning and reasoning.effort, "summary": None if summary == "none" else summary},
        "safety_identifier": body.safety_identifier,
        "service_tier": "default",
        "store": store,
        "temperature": _or(body.temperature, getattr(options, "temperature", None), 1.0),
        "top_p": _or(body.top_p, getattr(options, "top_p", None), 1.0),
        "presence_penalty": _or(body.presence_penalty, 0.0),
        "frequency_penalty": _or(body.frequency_penalty, 0.0),
        "text": text,
        "tool_choice": "auto" if body.tool_choice is None else body.tool_choice,
        "tools": asked.toolbox.bodies,
        "top_logprobs": body.top_logprobs or 0,
        "truncation": body.truncation or "disabled",
        "usage": None,
        "user": body.user,
        "metadata": body.metadata or {},
    }


def _or(*values: float | None) -> float:
    return next(value for value in values if value is not None)
