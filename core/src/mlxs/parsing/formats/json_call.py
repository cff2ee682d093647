"""Calls that are JSON objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Grammar, Json, Lit, Seq
from ...requests import Tool
from ..scanner import Scanner, Script
from ..values import text_of
from .calls import Calls


class JsonCall(Calls):
    """A JSON object with the call's name and arguments, wherever a format puts it.

    Arguments stream as they come once the name is known; an object that has them the other way round
    is held until its name comes.

    Args of the class:
        name_keys, arguments_keys: How the object calls its two members; the first is what is written.
            Without a name key the arguments' key is the name: `{"f": {"a": 1}}`.
        others: What else the object may have, where nothing but its members makes it a call: with any
            other, or without arguments, it is none. None where the format has better marks than that.
        ends: What may stand right after an object whose last brace was forgotten.
    """

    name_keys: ClassVar[tuple[str, ...]] = ("name",)
    arguments_keys: ClassVar[tuple[str, ...]] = ("arguments", "parameters")
    others: ClassVar[tuple[str, ...] | None] = None
    ends: ClassVar[str] = "<"

    quotes: ClassVar[tuple[str, ...]] = ('"',)
    """What a key may begin with."""

    def object(self, text: Scanner, index: int, *, begun: bool = False) -> Script[bool | None]:
        """Read the object, as `call` does; `begun` where its brace has been read."""
        name, arguments, said = "", "{}" if self.others is None else "", False
        if not begun and not (yield from text.match("{", "{{")):  # Qwen2.5's own template shows its braces doubled
            return None
        while True:
            yield from text.space()
            if (yield from text.match("}")):
                break
            key = yield from self.read_key(text)
            is_arguments = key in self.arguments_keys
            if not (self.name_keys or name):
                name, is_arguments = key, True
            if not said and not self._known(key):
                return None
            if is_arguments and name and not said and (yield from text.peek()) == "{":
                yield from text.match("{")
                inside = yield from text.space()
                if (yield from text.peek()) not in ("}", *self.quotes):
                    return None  # arguments, but not in JSON; only now is it certain
                yield ToolCallStart(index, name)
                yield ToolCallArguments(index, "{" + inside)
                said = True
                if not (yield from self.read_arguments(text, index, name)):
                    return False
            elif key and (value := (yield from self.read_json(text))):
                if key in self.name_keys and not name:
                    name = _string(value)
                elif is_arguments:
                    arguments = _object(value)
            elif said:  # all there, though its braces are not closed as they should be
                following = yield from text.peek()
                return not following or following in self.ends
            else:
                return None
            yield from text.space()
            yield from text.match(",")
        if not said:
            if not name or not arguments:
                return None
            yield ToolCallStart(index, name)
            yield ToolCallArguments(index, arguments)
        return True

    def read_json(self, text: Scanner) -> Script[str]:
        """Read a value. Returns it as JSON; "" where it is not whole."""
        return (yield from text.value())

    def read_arguments(self, text: Scanner, index: int, name: str) -> Script[bool]:
        """Read arguments after their brace to the end; returns whether they were whole."""
        return (yield from text.json(lambda piece: ToolCallArguments(index, piece), depth=1))

    def _known(self, key: str) -> bool:
        """Whether an object with such a member may be a call."""
        return self.others is None or key in (*self.name_keys, *self.arguments_keys, *self.others)

    def read_key(self, text: Scanner) -> Script[str]:
        """Read `"key":` and the space after it. Returns the key, "" where there is none."""
        if (yield from text.peek()) not in self.quotes:
            return ""
        key = yield from self.read_json(text)
        yield from text.space()
        colon = yield from text.match(":")
        yield from text.space()
        return _string(key) if colon else ""

    def body(self, name: str, arguments: Mapping[str, Any]) -> str:
        """The object as the format writes it."""
        keys = {self.name_keys[0]: name, self.arguments_keys[0]: arguments} if self.name_keys else {name: arguments}
        return text_of(keys)

    def body_grammar(self, tool: Tool) -> Grammar:
        """What the object may look like that calls this tool."""
        before = self.body(tool.name, {}).removesuffix("{}}")
        return Seq((Lit(before), Json(tool.parameters), Lit("}")))


def _string(value: str) -> str:
    """What a JSON string says; "" for anything else."""
    try:
        said = json.loads(value)
    except ValueError:
        return ""
    return said if isinstance(said, str) else ""


def _object(value: str) -> str:
    """Arguments as an object's text, "" where they are none. Some models write a string that holds one."""
    inner = _string(value).strip() if value.startswith('"') else value
    if inner in ("", "null"):
        return "{}"
    return inner if inner.startswith("{") else ""
