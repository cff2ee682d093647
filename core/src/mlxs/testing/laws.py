"""What holds for every stream of events, and for every part of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..events import ParsedEvent, ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from ..parsing import Parser
from ..requests import Tool


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One answer, and what it means.

    Args:
        text: All of it, as the model writes it.
        content: The text for the reader.
        reasoning: The thoughts.
        calls: Name and arguments of each call; the arguments are a mapping, or, where the answer
            breaks off inside the call, their JSON text so far.
        tools: What the model was offered.
        prompt: The end of the prompt that the answer begins with, such as `<think>\\n`.
    """

    text: str
    content: str = ""
    reasoning: str = ""
    calls: tuple[tuple[str, Mapping[str, Any] | str], ...] = ()
    tools: tuple[Tool, ...] = ()
    prompt: str = ""

    def begun(self, kind: type[Parser]) -> Parser:
        """A parser for this answer, the prompt behind it."""
        parser: Parser = kind(self.tools)  # type: ignore[call-arg]
        if self.prompt:
            parser.feed(self.prompt)
            parser.edge()
        return parser

    def read(self, kind: type[Parser], *deltas: str) -> list[ParsedEvent]:
        """The events of this answer when it comes in these pieces."""
        parser = self.begun(kind)
        return [*(event for delta in deltas for event in parser.feed(delta)), *parser.finish()]


@dataclass(frozen=True)
class Call:
    """A call that was said; `complete` is None while it has not ended."""

    name: str
    arguments: str
    complete: bool | None


@dataclass(frozen=True)
class Said:
    """What events say, put together."""

    content: str
    reasoning: str
    calls: tuple[Call, ...]


def said(events: Iterable[ParsedEvent]) -> Said:
    """Put events together. Raises AssertionError where they break the order that the server relies on:
    each call is started, then given its arguments, then ended, one at a time, numbered from 0.
    """
    content, reasoning = list[str](), list[str]()
    names, arguments, ends = list[str](), list[list[str]](), list[bool | None]()

    def is_open(index: int) -> bool:
        return index == len(names) - 1 and ends[index] is None

    for event in events:
        match event:
            case TextDelta("") | ReasoningDelta("") | ToolCallArguments(_, ""):
                raise AssertionError(f"{event} says nothing")
            case TextDelta(text):
                content.append(text)
            case ReasoningDelta(text):
                reasoning.append(text)
            case ToolCallStart(index, name):
                assert name, f"{event} has no name"
                assert index == len(names), f"{event} should be number {len(names)}"
                assert all(end is not None for end in ends), f"{event} before the call before it has ended"
                names.append(name)
                arguments.append([])
                ends.append(None)
            case ToolCallArguments(index, piece):
                assert is_open(index), f"{event}, but no such call is open"
                arguments[index].append(piece)
            case ToolCallEnd(index, complete):
                assert is_open(index), f"{event}, but no such call is open"
                ends[index] = complete
            case _:
                raise AssertionError(f"a parser cannot say {event!r}")
    calls = zip(names, map("".join, arguments), ends, strict=True)
    return Said("".join(content), "".join(reasoning), tuple(Call(*call) for call in calls))


def assert_means(sample: Sample, whole: Said) -> None:
    """What was said is what the sample says it is."""
    assert whole.content == sample.content, "the content"
    assert whole.reasoning == sample.reasoning, "the reasoning"
    assert [call.name for call in whole.calls] == [name for name, _ in sample.calls], "the calls"
    for call, (_, arguments) in zip(whole.calls, sample.calls, strict=True):
        if isinstance(arguments, str):
            assert (call.arguments, call.complete) == (arguments, False), f"{call.name} breaks off"
        else:
            assert call.complete, f"{call.name} is whole"
            assert same(json.loads(call.arguments), arguments), f"{call.name}: {call.arguments} is not {arguments}"


def assert_begins(part: Said, whole: Said) -> None:
    """What was said so far is not taken back: the whole goes on from there."""
    assert whole.content.startswith(part.content), "the content"
    assert whole.reasoning.startswith(part.reasoning), "the reasoning"
    for call, goal in _paired(part, whole):
        assert goal.arguments.startswith(call.arguments), f"arguments of {call.name}: {call.arguments!r}"
        assert call.complete is None or call == goal, f"{call} is not over"


def assert_breaks_off(part: Said, end: Said, whole: Said, text: str, framing: str = "") -> None:
    """An answer that breaks off after `text` ends well.

    Every call ends; one that ends complete is that of the whole answer, and one that does not has
    the beginning of its arguments, to which closing brackets may be added. What had been held back
    comes out as it was written: the end of the text, but for framing, and white space beside it and calls.
    """
    for call, goal in _paired(end, whole):
        assert call.complete is not None, f"{call} has not ended"
        assert not call.complete or call == goal, f"{call} is not over"
        assert goal.arguments.startswith(call.arguments.rstrip("]}")), f"arguments of {call.name}: {call.arguments!r}"
    held = end.reasoning.removeprefix(part.reasoning) + end.content.removeprefix(part.content)
    held = held.lstrip()
    assert any(bare_of(text[at:], framing, held) for at in range(len(text) + 1)), (
        f"{held!r} is not the end of what was written"
    )


def bare_of(text: str, framing: str, content: str) -> bool:
    """Whether this content is the text without what its format drops, and without white space beside that."""
    if not framing:
        return text == content
    dropped = re.compile(rf"\s*(?:{framing})")
    reached, ways = set[tuple[int, int, bool]](), [(0, 0, False)]
    while ways:
        way = at, said, beside = ways.pop()
        if way in reached:
            continue
        reached.add(way)
        if at == len(text) and said == len(content):
            return True
        if found := dropped.match(text, at):
            ways.append((found.end(), said, True))
        if beside and text[at : at + 1].isspace():
            ways.append((at + 1, said, True))
        if said < len(content) and text[at : at + 1] == content[said]:
            ways.append((at + 1, said + 1, False))
    return False


def _paired(part: Said, whole: Said) -> Iterable[tuple[Call, Call]]:
    names = [call.name for call in whole.calls]
    begun = [call.name for call in part.calls]
    assert begun == names[: len(begun)], f"calls {begun}, of the whole {names}"
    return zip(part.calls, whole.calls, strict=False)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
