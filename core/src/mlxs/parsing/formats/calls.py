"""What formats of tool calls have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from ...events import ParsedEvent, TextDelta, ToolCallEnd
from ...grammar import Either, Grammar, Lit, Many, Seq
from ..parser import ToolParser
from ..scanner import Scanner, Script

T = TypeVar("T")


class Calls(ToolParser):
    """Calls that begin with a mark, one after the other, anywhere in the text.

    White space around calls is said only where text follows: an answer of calls alone has no text.

    Args of the class:
        openings: What a call begins with.
        closings: What may stand after it.
        asides: Other marks that are no text, such as those around a thought; see `aside`.
    """

    openings: ClassVar[tuple[str, ...]]
    closings: ClassVar[tuple[str, ...]] = ()
    asides: ClassVar[tuple[str, ...]] = ()

    in_a_row = False
    """Whether the call being read comes right after another."""

    @abstractmethod
    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        """Read the call after its opening: its start and its arguments, not its end.

        Returns whether all of it was there; None where it is no call and nothing was said.
        """

    def prelude(self, text: Scanner) -> Script[str]:
        """Read what may come before all else. Returns the first mark where it has come to one, or ""."""
        yield from ()
        return ""

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        """Read on after one of the `asides`. Returns the next mark where it has come to one, or ""."""
        if gap := self.gap(text, mark):
            yield TextDelta(gap)
        return ""

    @staticmethod
    def gap(text: Scanner, mark: str) -> str:
        """The white space right before a mark that has just been read; it is then the only thing to be said."""
        before = text.unsaid().removesuffix(mark)
        return before[len(before.rstrip()) :]

    def following(self, text: Scanner) -> Script[tuple[str, str]]:
        """Read on after a call. Returns what is said where text follows, and the next call's opening, or ""."""
        before = yield from text.space()
        while (yield from text.match(*self.closings)):
            before = yield from text.space()
        return before, (yield from text.match(*self.openings))

    def parse(self, text: Scanner) -> Script[None]:
        index, gap = 0, ""
        stop = yield from self.prelude(text)
        while stop := stop or (yield from text.pour(TextDelta, *self.openings, *self.asides, trim=True)):
            opening = stop.lstrip()
            before, stop = stop.removesuffix(opening), ""
            self.in_a_row = False
            if opening in self.asides:
                stop = yield from self.aside(text, opening)
                continue
            while opening:
                whole = yield from self.call(text, index, opening)
                if whole is None:
                    if said := gap + text.unsaid():
                        yield TextDelta(said)
                    gap = ""
                    break
                lost = text.unsaid() if not whole and (yield from text.peek()) else ""
                yield ToolCallEnd(index, complete=whole)
                index, gap = index + 1, gap + before
                if lost:
                    yield TextDelta(gap + lost)
                    gap = ""
                before, opening = yield from self.following(text)
                self.in_a_row = True
                if opening:
                    continue
                if stop := (yield from text.match(*self.asides)):
                    text.unsaid()
                    text.leave(gap + before + stop)
                    gap = ""
                elif gap + before and (yield from text.peek()):
                    yield TextDelta(gap + before)
                    gap = ""


def one_or_more(calls: Sequence[Grammar], most: int | None) -> Grammar | None:
    """Calls one after the other; None where there is nothing to call."""
    return Many(Seq((Either(tuple(calls)), Either((Lit("\n"), Lit(""))))), 1, most) if calls else None


def announced(begin: list[ParsedEvent], script: Script[T]) -> Script[T]:
    """Emit what says that something begins once it has begun: right before the first event of the script.

    `begin` is empty from then on.
    """
    while True:
        try:
            event = next(script)
        except StopIteration as end:
            value: T = end.value
            return value
        if event is not None:
            yield from begin
            begin.clear()
        yield event
