"""Calls written as a name, and a tagged key and a tagged value per argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...grammar import Grammar, Lit, Seq
from ...requests import Schema
from ..scanner import Scanner, Script
from ..values import property_schema
from .calls import one_or_more
from .tagged_parameters import TaggedParameters

_SPACE = (" ", "\n", "\t", "\r")


class TaggedPairs(TaggedParameters):
    """`<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>`, typed by the tool's schema.

    Strings stream as they come, white space and all. A key without a value says nothing. In place of
    name and pairs there may be a JSON object.

    Args of the class:
        opening, closing: The tags around a call.
        block: The tags around all calls, where there are such.
        separator: The tag between name and pairs, where there is one; it may be missing.
        key, value: The tags around each.
        told: The tags around a value's type, where it may be told between key and value.
        endings: What tags end with; of several the first is what is written.
    """

    block: ClassVar[tuple[str, str]] = ("", "")
    separator: ClassVar[str] = ""
    key: ClassVar[tuple[str, str]] = ("<arg_key>", "</arg_key>")
    value: ClassVar[tuple[str, str]] = ("<arg_value>", "</arg_value>")
    told: ClassVar[tuple[str, str]] = ("", "")
    endings: ClassVar[tuple[str, ...]] = (">",)
    inside = ""

    def _spelt(self, *tags: str) -> tuple[str, ...]:
        return tuple(tag.removesuffix(">") + ending for tag in tags if tag for ending in self.endings)

    def _written_as(self, tag: str) -> str:
        return self._spelt(tag)[0] if tag else ""

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return self._spelt(self.block[0], self.opening)

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return self._spelt(self.closing, self.block[1])

    @property
    def parameter(self) -> tuple[str, str, str]:  # type: ignore[override]
        before, after, begin, end = map(self._written_as, (*self.key, *self.value))
        return before, f"{after}{self.line}{begin}", end

    @property
    def parameter_marks(self) -> tuple[str, ...]:
        return self._spelt(self.key[0])

    @property
    def call_ends(self) -> tuple[str, ...]:
        return self._spelt(self.closing)

    @property
    def value_ends(self) -> tuple[str, ...]:
        return self._spelt(self.value[1])

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield from text.space()
        if opening not in self._spelt(self.opening):
            if not (yield from text.match(*self._spelt(self.opening))):
                return None
            yield from text.space()
        if (yield from text.peek()) == "{":
            return (yield from self.object(text, index))
        after = self._spelt(self.separator), (*self.parameter_marks, *self.call_ends)
        name, mark = yield from text.take(*after[0], *after[1], *_SPACE, "<")
        if mark in _SPACE:
            yield from text.space()
            mark = yield from text.match(*after[0], *after[1])
        if mark in after[0]:
            yield from text.space()
            mark = yield from text.match(*after[1])
        if not name or mark not in after[1]:
            return None  # prose that mentions the tag; only now is it certain
        return (yield from self._arguments(text, index, name, mark))

    def following(self, text: Scanner) -> Script[tuple[str, str]]:
        gap, opening = yield from super().following(text)
        inside = self.block[0] and opening in self._spelt(self.opening)
        return "" if inside else gap, opening

    def read_tag(self, text: Scanner, name: str) -> Script[tuple[str, Schema | None] | str]:
        ends = self._spelt(self.key[1])
        said, mark = yield from text.take(*ends, "\n", "<")
        if mark not in ends:
            return ""
        key = said.strip()
        schema = property_schema(self.tools.get(name), key)
        yield from text.space()
        if (yield from text.match(*self._spelt(self.told[0]))):
            kind, _ = yield from text.take(*self._spelt(self.told[1]), "<")
            schema = schema or {"type": kind.strip()}
            yield from text.space()
        mark = yield from text.match(*self._spelt(self.value[0]), *self.parameter_marks, *self.call_ends)
        return (key, schema) if mark in self._spelt(self.value[0]) else mark

    @property
    def _around(self) -> tuple[str, str, str]:
        """What is written before a call's name, after it, and after the arguments."""
        begin, separator, end = map(self._written_as, (self.opening, self.separator, self.closing))
        return begin, separator + self.line, end

    @property
    def _block(self) -> tuple[str, str]:
        """What is written before and after all calls."""
        begin, end = map(self._written_as, self.block)
        return (begin + self.line, self.line + end) if begin else ("", "")

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        before, after = self._block
        begin, named, end = self._around
        values = "".join(self.write_parameter(name, key, value) for key, value in arguments.items())
        return f"{before}{begin}{name}{named}{values}{end}{after}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        before, after = self._block
        begin, named, end = self._around
        calls = [
            Seq((Lit(f"{begin}{tool.name}{named}"), *self.parameter_grammars(tool.parameters), Lit(end)))
            for tool in self.tools.values()
        ]
        some = one_or_more(calls, most)
        return Seq((Lit(before), some, Lit(after))) if some else None
