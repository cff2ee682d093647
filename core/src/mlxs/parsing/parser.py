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

from ..events import ParsedEvent, TextDelta, merge
from ..grammar import Grammar
from ..requests import Tool
from .scanner import Scanner, Script

log = logging.getLogger(__name__)


class Parser(ABC):
    """What a model family means by its text. One instance reads one answer.

    Only `parse` is to be written. What it leaves unread comes out as text. If it raises, it steps
    aside: all it has read since its last event and all it has not read comes out as text, and one
    warning names it.
    """

    def __init__(self) -> None:
        self._scanner = Scanner()
        self._script: Iterator[ParsedEvent | None] | None = self._run()

    @abstractmethod
    def parse(self, text: Scanner) -> Script[None]:
        """Read one answer from beginning to end, yielding what it says, or None to wait."""

    def feed(self, delta: str) -> Iterator[ParsedEvent]:
        """The events that have become certain with this much more text."""
        self._scanner._more(delta)
        return self._go()

    def edge(self) -> Iterator[ParsedEvent]:
        """The events that become certain because nothing before this point joins on to what follows."""
        self._scanner._edge = True
        yield from self._go()
        self._scanner._edge = False

    def finish(self) -> Iterator[ParsedEvent]:
        """Whatever was still held back. Nothing follows."""
        self._scanner._final = True
        return self._go()

    def _run(self) -> Script[None]:
        text = self._scanner
        try:
            yield from self.parse(text)
        except Exception:
            log.warning("parser %s failed; the rest of the answer is passed on as text", type(self).__name__, exc_info=True)
            if unsaid := text.unsaid():
                yield TextDelta(unsaid)
        yield from text.pour(TextDelta)

    def _go(self) -> Iterator[ParsedEvent]:
        while self._script is not None:
            try:
                event = next(self._script)
            except StopIteration:
                self._script = None
                return
            if event is None:
                return
            self._scanner._unsaid.clear()
            yield event


class ReasoningParser(Parser):
    """Tells what a model thinks from what it says: yields `ReasoningDelta` and `TextDelta`.

    Args:
        tools: What the model was offered; a format whose calls end a thought needs to know.
    """

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        self.tools = {tool.name: tool for tool in tools}
        super().__init__()


class ToolParser(Parser):
    """Finds the calls in what a model says, and knows how to write and to demand them.

    Args:
        tools: What the model was offered. Values are typed by these tools' schemas.
    """

    unsayable: ClassVar[tuple[str, ...]] = ()
    """Strings that cannot stand inside an argument of this format."""

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        self.tools = {tool.name: tool for tool in tools}
        super().__init__()

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

    def feed(self, delta: str) -> Iterator[ParsedEvent]:
        return self._through(self._parsers, (TextDelta(delta),))

    def edge(self) -> Iterator[ParsedEvent]:
        for n, parser in enumerate(self._parsers):
            yield from self._through(self._parsers[n + 1 :], parser.edge())

    def finish(self) -> Iterator[ParsedEvent]:
        for n, parser in enumerate(self._parsers):
            yield from self._through(self._parsers[n + 1 :], parser.finish())

    def _through(self, parsers: tuple[Parser, ...], events: Iterable[ParsedEvent]) -> Iterator[ParsedEvent]:
        for parser in parsers:
            events = self._step(parser, events)
        return iter(events)

    @staticmethod
    def _step(parser: Parser, events: Iterable[ParsedEvent]) -> Iterator[ParsedEvent]:
        for event in events:
            if isinstance(event, TextDelta):
                yield from parser.feed(event.text)
            else:
                yield from parser.edge()
                yield event


def walk(parser: Parser, deltas: Iterable[str]) -> Iterator[ParsedEvent]:
    """The events of an answer, in step with the deltas in which it comes."""
    for delta in deltas:
        yield from parser.feed(delta)
    yield from parser.finish()


def read(parser: Parser, *deltas: str) -> list[ParsedEvent]:
    """The whole answer: the same road as the stream, walked to its end, neighbours joined."""
    return list(merge(walk(parser, deltas)))
