"""From a request to events: the one road that every surface takes, streaming or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from ..backends import Done, Piece, Prompted, Reply
from ..errors import BadRequest
from ..events import (
    Event,
    Finish,
    FinishReason,
    Logprobs,
    ParsedEvent,
    ReasoningDelta,
    TextDelta,
    ToolCallArguments,
    ToolCallEnd,
    ToolCallStart,
    Usage,
)
from ..models import Model
from ..parsing import Parser
from ..plugins import Plugins
from ..requests import ChatRequest, SamplingParams, ToolChoice
from .schemas import check_tool
from .watch import Watch

log = logging.getLogger(__name__)

Events = AsyncGenerator[Sequence[Event], None]
"""What a model says, in the portions in which it came."""


async def chat(plugins: Plugins, model: Model, request: ChatRequest) -> Events:
    """Put a chat request to a model.

    Returns once the model has taken the request: what is wrong with it is raised here, as a
    RequestError; what goes wrong later is raised out of the events. Close the events to cancel.
    """
    model.require("chat")
    watch = Watch(plugins, request, model.name)
    try:
        return _watched(watch, await _open(model, watch.request))
    except Exception as error:
        watch.end(error)
        raise


async def _open(model: Model, request: ChatRequest) -> Events:
    if not getattr(model.options, "enable_auto_tool_choice", True) and request.tool_choice.mode == "auto":
        request = replace(request, tool_choice=ToolChoice(mode="none"))
    check(request)
    await model.load()
    offered = request if request.tool_choice.mode != "none" else replace(request, tools=())
    dialect = model.dialect
    parser = dialect.parser(offered.tools)
    replies = model.ask("chat", dialect.constrain(dialect.convert(offered)))
    try:
        first = await anext(replies)
    except BaseException:
        await replies.aclose()
        raise
    events = _events(parser, first, replies, most_calls=None if request.parallel_tool_calls else 1)
    return _counted(model, request, events)


async def _events(
    parser: Parser, first: Reply, replies: AsyncGenerator[Reply], most_calls: int | None = None
) -> Events:
    prompted = first if isinstance(first, Prompted) else Prompted(0)
    for _ in (*parser.feed(prompted.generation_prompt), *parser.edge()):
        pass  # the template's words, not the model's
    counted = Counted(prompted, most_calls)
    async with aclosing(replies):
        async for reply in _again(first, replies):
            match reply:
                case Piece():
                    yield [*counted.see(parser.feed(reply.text), reply.tokens), *_logprobs(reply)]
                    if counted.enough:
                        yield [Finish("tool_calls", counted.usage)]
                        return
                case Done(reason, stop):
                    rest = list(counted.see(parser.finish(), 0))
                    yield [*rest, Finish(counted.reason(reason), counted.usage, stop)]


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


async def _again(first: Reply, rest: AsyncGenerator[Reply]) -> AsyncIterator[Reply]:
    yield first
    async for reply in rest:
        yield reply


def _logprobs(piece: Piece) -> Iterable[Logprobs]:
    return (Logprobs(piece.logprobs),) if piece.logprobs else ()


class Counted:
    """Counts tokens and calls while events pass; of calls, `most` at most."""

    def __init__(self, prompted: Prompted, most: int | None = None) -> None:
        self._begun = 0
        self._ended = 0
        self._most = most
        self._prompted = prompted
        self._tokens = 0
        self._thought = 0.0
        self._share = 0.0

    @property
    def usage(self) -> Usage:
        """The tokens so far."""
        return Usage(self._prompted.tokens, self._prompted.cached, self._tokens, round(self._thought))

    @property
    def enough(self) -> bool:
        """Whether no call more may follow; nothing passes any more then."""
        return self._ended == self._most

    def see(self, events: Iterable[ParsedEvent], tokens: int) -> Iterable[ParsedEvent]:
        """Pass events on. Of the tokens they took, reasoning has the share that it has of the text;
        tokens that said nothing yet are taken to be like those before them."""
        thought = said = 0
        for event in events:
            match event:
                case ReasoningDelta(text):
                    thought, said = thought + len(text), said + len(text)
                case TextDelta(text) | ToolCallArguments(_, text):
                    said += len(text)
                case ToolCallStart():
                    self._begun += 1
                case ToolCallEnd():
                    self._ended += 1
            yield event
            if self.enough:
                break
        self._share = thought / said if said else self._share
        self._tokens += tokens
        self._thought += tokens * self._share

    def reason(self, reason: FinishReason) -> FinishReason:
        """Why the answer ends, seen by a client: one that ends with calls ends for their sake."""
        return "tool_calls" if self._begun and reason == "stop" else reason


async def side_by_side(streams: Sequence[Events]) -> AsyncGenerator[tuple[int, Sequence[Event]], None]:
    """Several answers at once, each portion with its answer's number. The first error ends them all."""
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
                number, portion = got
                if isinstance(portion, BaseException):
                    raise portion
                yield number, portion  # type: ignore[misc]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


LIMITS: dict[str, tuple[float, float]] = {
    "max_tokens": (1, float("inf")),
    "temperature": (0, 100),
    "top_p": (0, 1),
    "top_k": (0, float("inf")),
    "min_p": (0, 1),
    "xtc_probability": (0, 1),
    "xtc_threshold": (0, 0.5),
    "repetition_penalty": (0.01, float("inf")),
    "presence_penalty": (-100, 100),
    "frequency_penalty": (-100, 100),
    "repetition_context_size": (0, float("inf")),
    "presence_context_size": (0, float("inf")),
    "frequency_context_size": (0, float("inf")),
    "top_logprobs": (0, 20),
}
"""What a sampling field may be, both ends included."""


def check(request: ChatRequest) -> None:
    """Raise BadRequest where the request makes no sense for any model."""
    if not request.messages:
        raise BadRequest("messages is empty; send at least one message", param="messages")
    if request.tool_choice.mode == "required" and not request.tools:
        raise BadRequest("tool_choice demands a call, and there are no tools; send some", param="tool_choice")
    for number, tool in enumerate(request.tools):
        check_tool(tool, f"tools.{number}")
    check_sampling(request.sampling)


def check_sampling(sampling: SamplingParams) -> None:
    """Raise BadRequest where a sampling field is out of its limits."""
    for name, (least, most) in LIMITS.items():
        value = getattr(sampling, name)
        if value is not None and not least <= value <= most:
            limits = f"{least:g} or more" if most == float("inf") else f"from {least:g} to {most:g}"
            raise BadRequest(f"{name} must be {limits}, not {value:g}", param=name)
    if any(not stop for stop in sampling.stop):
        raise BadRequest("a stop string is empty; leave it out", param="stop")
