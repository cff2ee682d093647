"""Calls written as one tag per argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Json, Lit, Many, Seq, Until
from ...requests import Schema
from ..scanner import Scanner, Script
from ..values import is_text, property_schema, text_of, typed
from .calls import Calls, one_or_more


class TaggedParameters(Calls):
    """A named function with one tagged, bare-text value per argument, typed by the tool's schema.

    Strings stream as they come. One line break right inside a value's tags is the format's. A value
    whose closing tag was forgotten ends where a line begins with the next tag. The tag around the
    function may be missing too, where the function is one of the tools.

    Args of the class:
        opening, closing: The tags around the call.
        function, parameter: Beginning and end of the opening tag, and the closing tag.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    function: ClassVar[tuple[str, str, str]] = ("<function=", ">", "</function>")
    parameter: ClassVar[tuple[str, str, str]] = ("<parameter=", ">", "</parameter>")

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening, self.function[0])

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.closing,)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.parameter[2], f"\n{self.parameter[0]}", f"\n{self.function[2]}", f"\n{self.closing}")

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening == self.opening:
            yield from text.space()
            if not (yield from text.match(self.function[0])):
                return None
        name, mark = yield from text.take(self.function[1], "\n")
        name = name.strip()
        if mark != self.function[1] or not name:
            return None
        if opening != self.opening and self.tools and name not in self.tools:
            return None
        yield from text.space()
        inner = (self.parameter[0], self.function[2], self.closing)
        mark = yield from text.match(*inner)
        if not mark:
            return None  # prose that mentions the tag; only now is it certain
        yield ToolCallStart(index, name)
        separator = "{"
        while mark == self.parameter[0]:
            key, mark = yield from text.take(self.parameter[1], "\n", "<")
            if mark != self.parameter[1]:
                mark = ""
                break
            yield ToolCallArguments(index, f"{separator}{text_of(key.strip())}: ")
            separator = ", "
            mark = yield from self._value(text, index, name, key.strip())
            if not mark:
                return False
            if mark.endswith(self.parameter[2]):
                yield from text.space()
                mark = yield from text.match(*inner)
            mark = mark.lstrip()
        lost = "" if mark else text.unsaid()
        yield ToolCallArguments(index, "{}" if separator == "{" else "}")
        text.leave(lost)
        return bool(mark)

    def _value(self, text: Scanner, index: int, name: str, key: str) -> Script[str]:
        """Read one value and the mark that ends it; returns the mark."""
        tool = self.tools.get(name)
        schema, root = property_schema(tool, key), tool.parameters if tool else None
        ends = (f"\n{self.parameter[2]}", *self.unsayable)
        yield from text.match("\n")
        if is_text(schema, root):
            yield ToolCallArguments(index, '"')
            end = yield from text.pour(
                lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), *ends, cut_short=False
            )
            if end:
                yield ToolCallArguments(index, '"')
        else:
            raw, end = yield from text.take(*ends)
            if end:
                yield ToolCallArguments(index, typed(raw, schema, root))
        return end

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        tool = self.tools.get(name)
        root = tool.parameters if tool else None

        def bare(key: str, value: Any) -> bool:
            return isinstance(value, str) and is_text(property_schema(tool, key), root)

        before, after, end = self.parameter
        values = (
            f"{before}{key}{after}\n{value if bare(key, value) else text_of(value)}\n{end}\n"
            for key, value in arguments.items()
        )
        begin, named, close = self.function
        return f"{self.opening}\n{begin}{name}{named}\n{''.join(values)}{close}\n{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        begin, named, close = self.function
        calls = [
            Seq(
                (
                    Lit(f"{self.opening}\n{begin}{tool.name}{named}\n"),
                    *self._parameters(tool.parameters),
                    Lit(f"{close}\n{self.closing}"),
                )
            )
            for tool in self.tools.values()
        ]
        return one_or_more(calls, most)

    def _parameters(self, schema: Schema) -> list[Grammar]:
        before, after, end = self.parameter
        parts: list[Grammar] = []
        for key, value in (schema.get("properties") or {}).items():
            part = Seq((Lit(f"{before}{key}{after}\n"), *_bare(value, schema, f"\n{end}\n")))
            parts.append(part if key in (schema.get("required") or ()) else Many(part, 0, 1))
        return parts


def _bare(schema: Schema, root: Schema, end: str) -> tuple[Grammar, ...]:
    """A value of that schema as bare text, and the end after it."""
    if not is_text(schema, root):
        shared = {key: root[key] for key in ("$defs", "definitions") if key in root}
        return Json({**shared, **schema}), Lit(end)
    choices = schema.get("enum") if isinstance(schema, Mapping) else None
    return (Either(tuple(Lit(choice + end) for choice in choices)) if choices else Until(end),)
