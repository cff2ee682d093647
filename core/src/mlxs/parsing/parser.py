"""Write a parser as if the whole answer were there; it streams by itself.

A parser is one generator, `parse`, that reads the answer from beginning to end. Where the text runs
out it pauses; when more arrives it goes on. There is no second, non-streaming path: the whole answer
is a stream, walked to its end.

    class Think(ReasoningParser):
        def parse(self, text):
            while (yield from text.pour(TextDelta, "<think>")):
                yield from text.pour(ReasoningDelta, "</think>")
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from ..events import ParsedEvent, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart, merge
from ..grammar import Grammar
from ..requests import Thought, Tool
from .scanner import Scanner, Script

log = logging.getLogger(__name__)


class Parser(ABC):
    """What a model family means by its text. One instance reads one answer.

    Only `parse` is to be written. What it leaves unread comes out as text. If it raises, it steps
    aside: an open call ends incomplete, all it has read since its last event and all it has not read
    comes out as text, and one warning names it.
    """

    def __init__(self) -> None:
        self._scanner = Scanner()
        self._script: Script[None] | None = self._run()
        self._last: ParsedEvent | None = None

    @abstractmethod
    def parse(self, text: Scanner) -> Script[None]:
        """Read one answer from beginning to end, yielding what it says, or None to wait."""

    def feed(self, delta: str) -> list[ParsedEvent]:
        """The events that have become certain with this much more text."""
        if not delta:
            return []
        self._scanner._more(delta)
        return self._go()

    def edge(self) -> list[ParsedEvent]:
        """The events that become certain because nothing before this point joins on to what follows."""
        if self._scanner._edge:
            return []
        self._scanner._edge = True
        return self._go()

    def finish(self) -> list[ParsedEvent]:
        """Whatever was still held back. Nothing follows."""
        self._scanner._final = True
        events = self._go()
        if self._script is not None:
            self._script = self._step_aside("waits for more than there is")
            events += self._go()
        return events

    @property
    def unread(self) -> str:
        """What has come and waits for more."""
        return self._scanner._text[self._scanner._at :]

    def _run(self) -> Script[None]:
        try:
            yield from self.parse(self._scanner)
        except Exception as error:
            yield from self._step_aside("failed", error)
        else:
            yield from self._scanner.pour(TextDelta)

    def _step_aside(self, why: str, error: Exception | None = None) -> Script[None]:
        name = type(self).__name__
        log.warning("parser %s %s; the rest of the answer is passed on as text", name, why, exc_info=error)
        unsaid = self._scanner.unsaid()
        if isinstance(self._last, ToolCallStart | ToolCallArguments):
            yield ToolCallEnd(self._last.index, complete=False)
        if unsaid:
            yield TextDelta(unsaid)
        yield from self._scanner.pour(TextDelta)

    def _go(self) -> list[ParsedEvent]:
        events: list[ParsedEvent] = []
        if self._script is None:
            return events
        for event in self._script:
            if event is None:
                return events
            self._scanner._unsaid.clear()
            self._last = event
            events.append(event)
        self._script = None
        return events


class ReasoningParser(Parser):
    """Tells what a model thinks from what it says: yields `ReasoningDelta` and `TextDelta`.

    Args:
        tools: What the model was offered; a format whose calls end a thought needs to know.
    """

    tags: ClassVar[tuple[str, str] | None] = None
    """What a thought begins and ends with, so that a constraint can begin where thinking ends."""

    begins_thinking: ClassVar[bool] = False
    """Whether all is thought up to the closing tag, opening tag or not."""

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        super().__init__()
        self.tools = {tool.name: tool for tool in tools}

    @property
    def thought(self) -> Thought | None:
        """How thoughts are marked, for what begins where they end; None where no tags say so."""
        if self.tags is None:
            return None
        opening, closing = self.tags
        return Thought(opening=opening, closing=closing, begun=self.begins_thinking, again=True)


class ToolParser(Parser):
    """Finds the calls in what a model says, and knows how to write and to demand them.

    Args:
        tools: What the model was offered. Values are typed by these tools' schemas.
    """

    openings: ClassVar[tuple[str, ...]] = ()
    """What a call begins with, so that a constraint can let text stand before it."""

    unsayable: ClassVar[tuple[str, ...]] = ()
    """Strings that cannot stand inside an argument of this format."""

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        super().__init__()
        self.tools = {tool.name: tool for tool in tools}

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        """A call as this family writes it: `read(parser, parser.write(n, a))` is that call."""
        raise NotImplementedError(f"{type(self).__name__} does not say how its calls are written")

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        """What calls to the parser's tools may look like: one at least, `most` at most.

        Returns None where the format cannot be constrained.
        """
        return None


class Chain(Parser):
    """Parsers in a row: each reads the text the one before it left over."""

    def __init__(self, *parsers: Parser) -> None:
        self._parsers = tuple(dict.fromkeys(parsers))

    def parse(self, text: Scanner) -> Script[None]:
        yield from text.pour(TextDelta)

    def feed(self, delta: str) -> list[ParsedEvent]:
        events: list[ParsedEvent] = [TextDelta(delta)]
        for parser in self._parsers:
            events = _through(parser, events)
        return events

    def edge(self) -> list[ParsedEvent]:
        events: list[ParsedEvent] = []
        for parser in self._parsers:
            events = _through(parser, events) + parser.edge()
        return events

    def finish(self) -> list[ParsedEvent]:
        events: list[ParsedEvent] = []
        for parser in self._parsers:
            events = _through(parser, events) + parser.finish()
        return events


def _through(parser: Parser, events: list[ParsedEvent]) -> list[ParsedEvent]:
    passed: list[ParsedEvent] = []
    for event in events:
        if isinstance(event, TextDelta):
            passed += parser.feed(event.text)
        else:
            passed += parser.edge()
            passed.append(event)
    return passed


def walk(parser: Parser, deltas: Iterable[str]) -> Iterator[ParsedEvent]:
    """The events of an answer, in step with the deltas in which it comes."""
    for delta in deltas:
        yield from parser.feed(delta)
    yield from parser.finish()


def read(parser: Parser, *deltas: str) -> list[ParsedEvent]:
    """The whole answer: the same road as the stream, walked to its end, neighbours joined."""
    return list(merge(walk(parser, deltas)))
