"""Calls written as a list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from ...grammar import Either, Grammar, Lit, Many, Seq
from ...requests import Tool
from ..scanner import Scanner, Script
from .calls import Calls


class CallList(Calls):
    """Calls in brackets after a mark. A single call may stand in place of the list.

    Args of the class:
        openings: What may stand before the list; may end with the list's bracket, or with a call's `{`.
        closings: What may stand after it.
        around: What is written before and after the calls, brackets and all.
        separators: What may stand between two calls: inside a list, or where `bare`; "" for white space.
        separator: What is written there.
        bare: Whether calls may follow each other without a list around them.
    """

    around: ClassVar[tuple[str, str]]
    separators: ClassVar[tuple[str, ...]] = (",",)
    separator: ClassVar[str] = ", "
    bare: ClassVar[bool] = False

    listed = False
    """Whether the call being read stands in a list."""

    @abstractmethod
    def one(self, text: Scanner, index: int, *, begun: bool) -> Script[bool | None]:
        """Read one call, as `call` does; `begun` where its brace has been read."""

    @abstractmethod
    def another(self, text: Scanner) -> Script[bool]:
        """Whether a call may begin here."""

    @abstractmethod
    def body(self, name: str, arguments: Mapping[str, Any]) -> str:
        """One call as the format writes it."""

    @abstractmethod
    def body_grammar(self, tool: Tool) -> Grammar:
        """What one call of this tool may look like."""

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        begun = opening.endswith("{")
        if opening in self.openings:
            yield from text.space()
            self.listed = "[" in opening[-2:] or (not begun and bool((yield from text.match("["))))
        yield from text.space()
        return (yield from self.one(text, index, begun=begun))

    def following(self, text: Scanner) -> Script[tuple[str, str]]:
        gap = yield from text.space()
        if self.listed or self.bare:
            mark = yield from text.match(*self.separators)
            after = yield from text.space()
            if (mark or "" in self.separators) and (yield from self.another(text)):
                return "", mark or " "
            gap += mark + after
        if self.listed and (yield from text.match("]")):
            self.listed = False
            gap = yield from text.space()
        if (yield from text.match(*self.closings)):
            gap = yield from text.space()
        return gap, (yield from text.match(*self.openings))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        before, after = self.around
        return f"{before}{self.body(name, arguments)}{after}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        if not self.tools:
            return None
        before, after = self.around
        call = Either(tuple(map(self.body_grammar, self.tools.values())))
        more = Many(Seq((Lit(self.separator), call)), 0, None if most is None else most - 1)
        return Seq((Lit(before), call, more, Lit(after)))
