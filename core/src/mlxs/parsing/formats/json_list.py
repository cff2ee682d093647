"""Calls written as one JSON list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...grammar import Either, Grammar, Lit, Many, Seq
from ..scanner import Scanner, Script
from .json_call import JsonCall


class JsonCalls(JsonCall):
    """A JSON list of objects, each with a call's name and arguments, after a mark.

    A single object may stand in place of the list.

    Args of the class:
        openings: What may stand before the list; the first is what is written.
        closings: What may stand after it; the first is what is written.
        brackets: The list's brackets with the white space that is written inside them.
        separator: What is written between two calls.
    """

    brackets: ClassVar[tuple[str, str]] = ("[", "]")
    separator: ClassVar[str] = ", "
    ends: ClassVar[str] = "<]"

    _listed = False

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening in self.openings:
            yield from text.space()
            self._listed = bool((yield from text.match("[")))
        yield from text.space()
        return (yield from self.object(text, index))

    def following(self, text: Scanner) -> Script[tuple[str, str]]:
        gap = yield from text.space()
        if self._listed and (yield from text.match(",")):
            gap = "," + (yield from text.space())
            if (yield from text.peek()) == "{":
                return "", ","
        if self._listed and (yield from text.match("]")):
            self._listed = False
            gap = yield from text.space()
        if (yield from text.match(*self.closings)):
            gap = yield from text.space()
        return gap, (yield from text.match(*self.openings))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        before, after = self._around
        return f"{before}{self.body(name, arguments)}{after}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        if not self.tools:
            return None
        before, after = self._around
        call = Either(tuple(map(self.body_grammar, self.tools.values())))
        more = Many(Seq((Lit(self.separator), call)), 0, None if most is None else most - 1)
        return Seq((Lit(before), call, more, Lit(after)))

    @property
    def _around(self) -> tuple[str, str]:
        closing = self.closings[0] if self.closings else ""
        return self.openings[0] + self.brackets[0], self.brackets[1] + closing
