"""Calls written as a name and a JSON object of arguments, between special tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Json, Lit, Many, Seq
from ..scanner import Scanner, Script
from ..values import text_of
from .calls import Calls, one_or_more


class NamedJson(Calls):
    """`begin label name middle {arguments} end`, any number of them in a section.

    Nothing is a call before its arguments begin. Marks may have white space around them; a call
    without arguments has none.

    Args of the class:
        section: What stands around all calls; may be missing. Two empty strings where nothing does.
        begin, end: What stands around each call.
        label: What is written before the name, and the mark between them; two empty strings for none.
        middle: What stands between name and arguments.
        fence: What stands right before and after the arguments; may be missing.
    """

    section: ClassVar[tuple[str, str]] = ("", "")
    begin: ClassVar[str]
    label: ClassVar[tuple[str, str]] = ("", "")
    middle: ClassVar[str]
    fence: ClassVar[tuple[str, str]] = ("", "")
    end: ClassVar[str]

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(filter(None, (self.section[0], self.begin)))

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(filter(None, (self.section[1],)))

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening != self.begin:
            yield from text.space()
            if not (yield from text.match(self.begin)):
                if (yield from text.match(*self.closings)):
                    text.unsaid()  # an empty section
                return None
        others = (*self.openings, *self.closings, self.end)
        for mark in filter(None, (self.label[1], self.middle)):
            said, found = yield from text.take(mark, *others)
            if found != mark:
                return None
        name = self.name(said)
        yield from text.space()
        yield from text.match(*self.fences)
        yield from text.space()
        whole = True
        if name and (yield from text.peek()) == "{":
            yield ToolCallStart(index, name)
            whole = yield from text.json(lambda piece: ToolCallArguments(index, piece))
        elif name and (yield from text.match(self.end)):
            yield ToolCallStart(index, name)
            yield ToolCallArguments(index, "{}")
            return True
        else:
            return None
        yield from text.space()
        yield from text.match(self.fence[1].strip())
        yield from text.space()
        yield from text.match(self.end)
        return whole

    @property
    def fences(self) -> tuple[str, ...]:
        """What may stand right before the arguments."""
        return tuple(filter(None, map(str.strip, self.fence)))

    def name(self, said: str) -> str:
        """The tool's name, in what stands where the format has it."""
        return said.strip()

    def said(self, name: str) -> str:
        """What stands in a call of the tool of that name where the format has the name."""
        return name

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        call = f"{self._before(name)}{text_of(arguments)}{self._after}"
        return f"{self.section[0]}{call}{self.section[1]}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [Seq((*self.begun(tool.name), Json(tool.parameters), Lit(self._after))) for tool in self.tools.values()]
        if not calls or not self.section[0]:
            return one_or_more(calls, most)
        return Seq((Lit(self.section[0]), Many(Either(tuple(calls)), 1, most), Lit(self.section[1])))

    def begun(self, name: str) -> tuple[Grammar, ...]:
        """What may stand before the arguments."""
        return (Lit(self._before(name)),)

    def _before(self, name: str) -> str:
        return f"{self.begin}{''.join(self.label)}{self.said(name)}{self.middle}{self.fence[0]}"

    @property
    def _after(self) -> str:
        return f"{self.fence[1]}{self.end}"
