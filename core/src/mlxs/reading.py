"""An answer read without a model: what the parsers make of a text, for debugging and for tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .events import ParsedEvent, ReasoningDelta, TextDelta, ToolCallArguments, ToolCallStart
from .parsing import Chain, ReasoningParser, ToolParser, walk
from .requests import Tool

State = Literal["reasoning", "content"]


@dataclass(frozen=True)
class Answer:
    """What a text means.

    Args:
        content: Its words; None where there are none.
        reasoning: Its thoughts; None where there are none.
        tool_calls: Names and arguments, these as JSON text.
        events: All of it in the order in which it was said.
    """

    content: str | None
    reasoning: str | None
    tool_calls: tuple[tuple[str, str], ...]
    events: tuple[ParsedEvent, ...]


def events_of(
    chunks: Iterable[str],
    tool_parser: type[ToolParser] | None = None,
    reasoning_parser: type[ReasoningParser] | None = None,
    *,
    tools: Sequence[Tool] = (),
    generation_prompt: str | None = None,
    initial_state: State | None = None,
) -> Iterator[ParsedEvent]:
    """Read an answer in the pieces in which it comes, event by event.

    Args:
        generation_prompt: What the template wrote at the beginning of the answer; not part of it.
        initial_state: Where that is not known: whether the answer begins inside a thought.
    """
    kinds = dict.fromkeys(kind for kind in (reasoning_parser, tool_parser) if kind)
    chain = Chain(*(kind(tools) for kind in kinds))
    chain.feed(generation_prompt or _before(reasoning_parser, initial_state))
    chain.edge()
    return walk(chain, chunks)


def answer(events: Iterable[ParsedEvent]) -> Answer:
    """What the events add up to."""
    content, reasoning = list[str](), list[str]()
    calls: dict[int, tuple[str, list[str]]] = {}
    told = tuple(events)
    for event in told:
        match event:
            case TextDelta(text):
                content.append(text)
            case ReasoningDelta(text):
                reasoning.append(text)
            case ToolCallStart(index, name):
                calls[index] = name, []
            case ToolCallArguments(index, json):
                calls[index][1].append(json)
    made = tuple((name, "".join(arguments)) for name, arguments in calls.values())
    return Answer("".join(content) or None, "".join(reasoning) or None, made, told)


def _before(parser: type[ReasoningParser] | None, state: State | None) -> str:
    """A generation prompt that leaves the parser in that state."""
    tags = parser().tags if parser else None
    if parser is None or tags is None or state is None:
        return ""
    if state == "reasoning":
        return tags[0]
    return "".join(tags) if parser.begins_thinking else ""
