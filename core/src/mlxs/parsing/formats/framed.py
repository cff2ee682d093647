"""Thoughts and text, each in a frame of special tokens."""

from __future__ import annotations

from typing import ClassVar

from ...events import ReasoningDelta, TextDelta
from ...requests import Thought
from ..parser import ReasoningParser
from ..scanner import Into, Scanner, Script


class Framed(ReasoningParser):
    """Thoughts between two marks, and text between others, which are dropped.

    From the first call on, all is left as it is for the next parser.

    Args of the class:
        opening, closing: The marks around a thought.
        frames: The marks around text and messages; they end a thought too.
        calls: What calls begin with.
    """

    opening: ClassVar[str]
    closing: ClassVar[str]
    frames: ClassVar[tuple[str, ...]]
    calls: ClassVar[tuple[str, ...]]

    @property
    def tags(self) -> tuple[str, str]:  # type: ignore[override]
        return self.opening, self.closing

    @property
    def thought(self) -> Thought:
        ends = *self.frames, *self.calls
        return Thought(opening=self.opening, closing=self.closing, ends=ends, again=True)

    def parse(self, text: Scanner) -> Script[None]:
        into: Into = TextDelta
        marks = (self.opening, self.closing, *self.frames, *self.calls)
        while stop := (yield from text.pour(into, *marks, trim=into is ReasoningDelta)):
            mark = stop.lstrip()
            if mark in self.calls:
                yield TextDelta(mark)
                return
            if mark == self.opening:
                into = ReasoningDelta
                yield from text.space()
            elif said := (yield from self.frame(text, mark)):
                yield into(stop.removesuffix(mark) + said)
            else:
                into = TextDelta
            text.unsaid()

    def frame(self, text: Scanner, mark: str) -> Script[str]:
        """Read on after a mark that is to be dropped. Returns what is to be said of it nevertheless."""
        yield from ()
        return ""
