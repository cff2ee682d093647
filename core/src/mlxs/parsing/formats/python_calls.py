"""Calls written as Python writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ParsedEvent, ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Json, Lit, Seq
from ...requests import Schema, Tool
from ..scanner import Scanner, Script
from ..values import kind_of, kinds, text_of
from .call_list import CallList
from .calls import announced
from .literals import Literals
from .members import members

_NAME = re.compile(r"[^\W\d][\w.\-]*")
_KEY = re.compile(r"\w[\w .\-]*")
_NO_NAME = tuple(" \t\r\n()[]{}<>'\",;:=")
_NO_KEY = tuple("\t\r\n()[]{}<>'\",;:=")
_WORDS: Mapping[str, tuple[bool | None, ...]] = {"boolean": (True, False), "null": (None,)}


class PythonCalls(CallList):
    """`[f(a=1), g(b='x')]`: keyword arguments, whose values are Python's literals or JSON's.

    Nothing is a call before its first value has begun.

    Args of the class:
        words: Whether `True`, `False` and `None` are written as Python spells them.
    """

    words: ClassVar[bool] = True

    def one(self, text: Scanner, index: int, *, begun: bool = False) -> Script[bool | None]:
        name = yield from text.before(*_NO_NAME)
        if not _NAME.fullmatch(name) or not (yield from text.match("(")):
            return None
        yield from text.space()
        if (yield from text.match(")")):
            if self.listed and (yield from text.match("](")):
                return None  # a link in Markdown
            yield ToolCallStart(index, name)
            yield ToolCallArguments(index, "{}")
            return True
        begin: list[ParsedEvent] = [ToolCallStart(index, name)]
        separator, last = "{", ","
        while last == ",":
            yield from text.space()
            if separator != "{" and (yield from text.match(")")):
                break
            key = (yield from text.before(*_NO_KEY)).strip()
            if not _KEY.fullmatch(key) or not (yield from text.match("=")):
                return None if separator == "{" else False
            begin.append(ToolCallArguments(index, f"{separator}{text_of(key)}: "))
            value = Literals(text).value(lambda piece: ToolCallArguments(index, piece))
            if not (yield from announced(begin, value)):
                return None if begin and separator == "{" else False
            separator = ", "
            yield from text.space()
            last = yield from text.match(",", ")")
        if not last:
            return False
        yield ToolCallArguments(index, "}")
        return True

    def another(self, text: Scanner) -> Script[bool]:
        return (yield from text.peek()).isidentifier()

    def body(self, name: str, arguments: Mapping[str, Any]) -> str:
        said = (f"{key}={self._written(value)}" for key, value in arguments.items())
        return f"{name}({', '.join(said)})"

    def body_grammar(self, tool: Tool) -> Grammar:
        def member(key: str, schema: Schema) -> Grammar:
            return Seq((Lit(f"{key}="), self._writable(schema, tool.parameters)))

        return Seq((Lit(f"{tool.name}("), members(tool.parameters, member), Lit(")")))

    def _written(self, value: Any) -> str:
        return repr(value) if self.words and kind_of(value) in _WORDS else text_of(value)

    def _writable(self, schema: Schema, root: Schema) -> Grammar:
        """What a value of that schema may look like: JSON, and the words that Python spells its own way."""
        allowed = kinds(schema, root)
        choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
        words = tuple(
            Lit(repr(word))
            for kind, spelt in _WORDS.items()
            for word in spelt
            if self.words and (kind in allowed or not allowed) and (not choices or word in choices)
        )
        shared = {key: root[key] for key in ("$defs", "definitions") if key in root}
        as_json = Json({**shared, **schema})
        return Either((*words, as_json)) if words else as_json
