"""Declared calls that are JSON, read as they come."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Grammar, Json
from ...requests import Tool
from ..formats import JsonCalls, TaggedJson
from ..scanner import Scanner, Script
from ..values import text_of
from .anchors import Place
from .reader import Named, Reader, Reading, Tools
from .template import Field


class Objects(Reader):
    """JSON objects with name and arguments, one or a list of them.

    Args:
        format: Reads one of them, and writes them where `writes`.
    """

    def __init__(self, field: Field, tools: Tools, *, format: type[TaggedJson | JsonCalls], writes: bool) -> None:
        super().__init__(field, tools)
        self._format = format(tuple(tools.values()))
        self._writes = writes

    def read(self, text: Scanner, index: int, place: Place[Any]) -> Script[int]:
        yield from text.space()
        listed = yield from text.match("[")
        while True:
            yield from text.space()
            whole = yield from self._format.object(text, index)
            if whole is None:
                return index
            yield from self.end(text, index, whole=whole)
            index += 1
            if not whole:
                return index
            yield from text.space()
            if not (listed and (yield from text.match(","))):
                break
        if listed:
            yield from text.match("]")
        yield from self.close(text)
        return index

    def write(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        return self._format.write(name, arguments) if self._writes else None

    def grammar(self, most: int | None) -> Grammar | None:
        return self._format.grammar(most=most if self.field.each else self.most(most)) if self._writes else None


def objects(field: Field, name: str, arguments: str) -> Reading:
    """The reader for objects that call their name and their arguments so."""
    before, after = around = field.around({}) or ("", "")
    said = {
        "opening": before,
        "closing": after,
        "around": (f"{before}[", f"]{after}"),
        "name_keys": (name,),
        "arguments_keys": (arguments,),
        "ends": "<]",
    }
    format = type("Declared", (JsonCalls if field.each else TaggedJson,), said)
    return partial(Objects, field, format=format, writes=any(around))


class NamedObject(Named):
    """A name in the opening, then the arguments as a JSON object."""

    def read(self, text: Scanner, index: int, place: Place[Any]) -> Script[int]:
        yield from text.space()
        if not self.name(place) or (yield from text.peek()) != "{":
            return index
        yield ToolCallStart(index, self.name(place))
        whole = yield from text.json(lambda piece: ToolCallArguments(index, piece))
        yield from self.end(text, index, whole=whole)
        if whole:
            yield from self.close(text)
        return index + 1

    def write(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        around = self.around_call(name)
        return around and f"{around[0]}{text_of(arguments)}{around[1]}"

    def body(self, tool: Tool) -> Grammar | None:
        return Json(tool.parameters)
