"""Thoughts between tags."""

from __future__ import annotations

from typing import ClassVar

from ...events import ReasoningDelta, TextDelta
from ..parser import ReasoningParser
from ..scanner import Scanner, Script


class Tagged(ReasoningParser):
    """One thought between two tags, before any call.

    After it the answer is text, whatever tags it mentions. White space right inside the tags is the
    format's, and so are the line breaks after them; an opening tag that the model says again, after
    the prompt has said it, is dropped.

    Args of the class:
        opening, closing: The tags.
        ended_by: Beginnings of calls; they end a thought that has no closing tag, and are left in
            the text for the next parser. A closing tag that comes after the call is dropped.
    """

    opening: ClassVar[str] = "<think>"
    closing: ClassVar[str] = "</think>"
    ended_by: ClassVar[tuple[str, ...]] = ()

    @property
    def tags(self) -> tuple[str, str]:  # type: ignore[override]
        return self.opening, self.closing

    def parse(self, text: Scanner) -> Script[None]:
        stop = self.opening
        if not self.begins_thinking:
            stop = yield from text.pour(TextDelta, self.opening, *self.ended_by)
        if stop != self.opening:
            if stop:
                yield TextDelta(stop)
            return
        while stop:
            yield from text.space()
            stop = yield from text.match(self.opening)
        stop = yield from text.pour(ReasoningDelta, self.closing, *self.ended_by, trim=True)
        if stop.lstrip() in self.ended_by:
            yield TextDelta(stop.lstrip())
            if not (yield from text.pour(TextDelta, self.closing)):
                return
        gap = yield from text.space()
        indent = gap[gap.rfind("\n") + 1 :]
        if indent and (yield from text.peek()):
            yield TextDelta(indent)
