"""Thoughts between tags."""

from __future__ import annotations

from typing import ClassVar

from ...events import ParsedEvent, ReasoningDelta, TextDelta
from ...requests import Thought
from ..parser import ReasoningParser
from ..scanner import Scanner, Script


class Tagged(ReasoningParser):
    """One thought between two tags, before any call.

    After it the answer is text, whatever tags it mentions. White space right inside the tags is the
    format's, and so are the line breaks after them. Dropped are an opening tag that the model says
    again, after the prompt has said it, and a closing tag that the answer begins with.

    Args of the class:
        opening, closing: The tags.
        ended_by: Beginnings of calls; they end a thought that has no closing tag, and are left in
            the text for the next parser. A closing tag that comes after the call is dropped.
        others: Tags that mean the same; any closing tag ends a thought, whatever it began with.
        answer: The tags around what comes after the thought, where there may be such.
    """

    opening: ClassVar[str] = "<think>"
    closing: ClassVar[str] = "</think>"
    ended_by: ClassVar[tuple[str, ...]] = ()
    others: ClassVar[tuple[tuple[str, str], ...]] = ()
    answer: ClassVar[tuple[str, str]] = ("", "")

    @property
    def _openings(self) -> tuple[str, ...]:
        return self.opening, *(opening for opening, _ in self.others)

    @property
    def _closings(self) -> tuple[str, ...]:
        return self.closing, *(closing for _, closing in self.others)

    @property
    def tags(self) -> tuple[str, str]:  # type: ignore[override]
        return self.opening, self.closing

    @property
    def thought(self) -> Thought:
        ends = *self._closings[1:], *self.ended_by
        return Thought(opening=self.opening, closing=self.closing, ends=ends, begun=self.begins_thinking)

    _said = False

    def edge(self) -> list[ParsedEvent]:
        events = super().edge()
        self._said = False  # what was said so far was the prompt
        return events

    def parse(self, text: Scanner) -> Script[None]:
        stop = self.opening if self.begins_thinking else (yield from self._before(text))
        if stop in self.ended_by:
            yield TextDelta(stop)
        elif stop in self._openings:
            yield from self._thought(text)
        elif stop:
            yield from self._after(text)

    def _before(self, text: Scanner) -> Script[str]:
        """Read to where a thought or a call begins. A closing tag ends the prompt's thought only if it comes first."""

        def said(piece: str) -> TextDelta:
            self._said = self._said or not piece.isspace()
            return TextDelta(piece)

        while True:
            stop = yield from text.pour(said, *self._openings, *self._closings, *self.ended_by)
            if stop not in self._closings or stop in self._openings or not self._said:
                return stop
            yield TextDelta(stop)

    def _thought(self, text: Scanner) -> Script[None]:
        """Read to the end of the thought. An opening tag is dropped only before any of it."""
        stop, self._said = self.opening, False

        def thought(piece: str) -> ReasoningDelta:
            self._said = self._said or not piece.isspace()
            return ReasoningDelta(piece)

        while stop.lstrip() in self._openings:
            if self._said:
                yield ReasoningDelta(stop)
            else:
                yield from text.space()
            marks = *self._openings, *self._closings, *self.ended_by
            stop = yield from text.pour(thought, *marks, trim=True)
        if stop.lstrip() in self.ended_by:
            yield TextDelta(stop.lstrip())
            if not (yield from text.pour(TextDelta, *self._closings)):
                return
        yield from self._after(text)

    def _after(self, text: Scanner) -> Script[None]:
        gap = yield from text.space()
        if (yield from text.match(self.answer[0])):
            yield from text.space()
            yield from text.pour(TextDelta, self.answer[1], trim=True)
            gap = yield from text.space()
        indent = gap[gap.rfind("\n") + 1 :]
        if indent and (yield from text.peek()):
            yield TextDelta(indent)
