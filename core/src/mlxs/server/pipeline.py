"""From a request to events: the one road that every surface takes, streaming or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from ..backends import Done, Piece, Prompted, Reply
from ..events import Begin, Event, Finish, Logprobs, ToolCallStart, merge
from ..models import Model
from ..options import FetchingOptions
from ..parsing import Chain, Parser
from ..plugins import Plugins
from ..requests import ChatRequest, CompletionRequest, ToolChoice
from ..tasks.tokens import Tokens, TokensRequest
from .counted import Counted
from .explain import remember
from .fetch import RequestT, fetched
from .limits import check, check_sampling
from .watch import Watch

log = logging.getLogger(__name__)

Events = AsyncGenerator[Sequence[Event], None]
"""What a model says, in the portions in which it came."""


async def chat(plugins: Plugins, model: Model, request: ChatRequest) -> Events:
    """Put a chat request to a model.

    Returns once the model has taken the request: what is wrong with it is raised here, as a
    RequestError; what goes wrong later is raised out of the events. Close the events to cancel.
    """
    return await _watching(plugins, model, "chat", request, _open)


async def complete(plugins: Plugins, model: Model, request: CompletionRequest) -> Events:
    """Put a text to a model to go on with; otherwise as `chat`. All it says is text."""
    return await _watching(plugins, model, "completion", request, _go_on)


async def results(plugins: Plugins, model: Model, capability: str, request: Any) -> AsyncGenerator[Sequence[Any], None]:
    """Put any other request to a model. What it answers stands in `mlxs.tasks`; otherwise as `chat`."""
    return await _watching(plugins, model, capability, request, partial(_results, capability))


async def tokens(plugins: Plugins, model: Model, request: TokensRequest) -> Tokens:
    """Take a prompt apart; a conversation exactly as `chat` sends it, hooks and converters included."""
    if isinstance(request.prompt, ChatRequest):
        said = await _watching(plugins, model, "tokens", request.prompt, partial(_render, request))
    else:
        said = await results(plugins, model, "tokens", request)
    async with aclosing(said):
        (apart,) = [result async for portion in said for result in portion]
    return apart  # type: ignore[no-any-return]


async def _watching(
    plugins: Plugins,
    model: Model,
    capability: str,
    request: Any,
    open: Callable[[Model, Any], Awaitable[AsyncGenerator[Sequence[Any], None]]],
) -> AsyncGenerator[Sequence[Any], None]:
    model.require(capability)
    watch = Watch(plugins, request, model.name)
    try:
        return _watched(watch, await open(model, watch.request))
    except Exception as error:
        watch.end(error)
        raise


async def _open(model: Model, request: ChatRequest) -> Events:
    offered = await _offered(model, request)
    dialect = model.dialect
    parser = dialect.parser(offered.tools)
    first, replies = await _asked(model, "chat", dialect.constrain(dialect.convert(offered)))
    events = _events(parser, first, replies, most_calls=None if request.parallel_tool_calls else 1)
    return _counted(model, request, events)


async def _render(asked: TokensRequest, model: Model, request: ChatRequest) -> AsyncGenerator[Sequence[Any], None]:
    prompt = model.dialect.convert(await _offered(model, request))
    return await _results("tokens", model, replace(asked, prompt=prompt))


async def _offered(model: Model, request: ChatRequest) -> ChatRequest:
    """The request with the tools that the model may call, and the files that it names; the model is loaded after."""
    if not getattr(model.options, "enable_auto_tool_choice", True) and request.tool_choice.mode == "auto":
        request = replace(request, tool_choice=ToolChoice(mode="none"))
    check(request)
    request = await _had(model, request)
    await model.load()
    return request if request.tool_choice.mode != "none" else replace(request, tools=())


async def _had(model: Model, request: RequestT) -> RequestT:
    """The request with the files that it names, where the model may be sent addresses."""
    return await fetched(request, model.options) if isinstance(model.options, FetchingOptions) else request


async def _go_on(model: Model, request: CompletionRequest) -> Events:
    check_sampling(request.sampling)
    return _events(Chain(), *await _asked(model, "completion", request))


async def _results(capability: str, model: Model, request: Any) -> AsyncGenerator[Sequence[Any], None]:
    first, replies = await _asked(model, capability, await _had(model, request))
    return _said(first, replies)


async def _said(first: list[Any], replies: AsyncGenerator[list[Any]]) -> AsyncGenerator[Sequence[Any], None]:
    async with aclosing(replies):
        async for portion in _again(first, replies):
            if said := [reply for reply in portion if not isinstance(reply, Done)]:
                yield said


async def _asked(model: Model, capability: str, request: Any) -> tuple[list[Any], AsyncGenerator[list[Any]]]:
    """The first portion of the replies, when it has come, and the rest."""
    replies = model.ask(capability, request)
    try:
        first = await anext(replies)
        if isinstance(first[0], Prompted):
            remember(model, first[0])
        return first, replies
    except BaseException:
        await replies.aclose()
        raise


async def _events(
    parser: Parser, first: list[Reply], replies: AsyncGenerator[list[Reply]], most_calls: int | None = None
) -> Events:
    prompted = first[0] if isinstance(first[0], Prompted) else Prompted(0)
    for _ in (*parser.feed(prompted.generation_prompt), *parser.edge()):
        pass  # the template's words, not the model's
    counted = Counted(prompted, most_calls)
    async with aclosing(replies):
        yield [Begin(counted.usage)]
        async for portion in _again(first, replies):
            events = [event for reply in portion for event in _read(parser, reply, counted)]
            if counted.enough:
                events.append(Finish("tool_calls", counted.usage))
            if events:
                yield events if len(portion) == 1 else list(merge(events))
            if counted.enough:
                return


def _read(parser: Parser, reply: Reply, counted: Counted) -> Iterator[Event]:
    """What a reply says."""
    match reply:
        case Piece(text, tokens, logprobs):
            yield from counted.see(parser.feed(text), tokens)
            if logprobs:
                yield Logprobs(logprobs)
        case Done(reason, stop):
            yield from counted.see(parser.finish(), 0)
            if not counted.enough:
                yield Finish(counted.reason(reason), counted.usage, stop)


async def _watched(watch: Watch, events: Events) -> Events:
    outcome: Finish | Exception | None = None
    try:
        async with aclosing(events):
            async for portion in events:
                outcome = portion[-1] if portion and isinstance(portion[-1], Finish) else None
                yield portion
    except Exception as error:
        outcome = error
        raise
    finally:
        watch.end(outcome)


async def _counted(model: Model, request: ChatRequest, events: Events) -> Events:
    """Count the model's calls. One of a tool that was not offered is passed on as it was said."""
    offered = {tool.name for tool in request.tools}
    async with aclosing(events):
        async for portion in events:
            for event in portion:
                if isinstance(event, ToolCallStart):
                    model.calls["declared" if event.name in offered else "undeclared"] += 1
                    if event.name not in offered:
                        log.warning("model %s called %r, which was not offered", model.name, event.name)
            yield portion


async def _again(first: list[Reply], rest: AsyncGenerator[list[Reply]]) -> AsyncIterator[list[Reply]]:
    yield first
    async for portion in rest:
        yield portion


async def side_by_side(streams: Sequence[Events]) -> AsyncGenerator[tuple[int, Sequence[Event]], None]:
    """Several answers at once, each portion with its answer's number. The first error ends them all."""
    if len(streams) == 1:
        async with aclosing(streams[0]) as only:
            async for portion in only:
                yield 0, portion
        return
    arrived: asyncio.Queue[tuple[int, Sequence[Event] | BaseException | None]] = asyncio.Queue()

    async def forward(number: int, events: Events) -> None:
        try:
            async with aclosing(events):
                async for portion in events:
                    arrived.put_nowait((number, portion))
            arrived.put_nowait((number, None))
        except Exception as error:
            arrived.put_nowait((number, error))

    tasks = [asyncio.create_task(forward(number, events)) for number, events in enumerate(streams)]
    try:
        for _ in streams:
            while (got := await arrived.get())[1] is not None:
                number, told = got
                if isinstance(told, BaseException):
                    raise told
                yield number, told  # type: ignore[misc]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
