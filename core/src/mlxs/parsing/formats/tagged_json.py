"""Calls written as JSON between tags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Grammar, Json, Lit, Seq
from ..scanner import Scanner, Script
from ..values import text_of
from .calls import Calls, one_or_more


class TaggedJson(Calls):
    """A JSON object with the call's name and arguments, between two tags.

    Arguments stream as they come once the name is known; an object that has them the other way round
    is held until its name comes.

    Args of the class:
        opening, closing: The tags.
        name_keys, arguments_keys: How the object calls its two members; the first is what is written.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    name_keys: ClassVar[tuple[str, ...]] = ("name",)
    arguments_keys: ClassVar[tuple[str, ...]] = ("arguments", "parameters")

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening,)

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        # One brace too many is this format's commonest slip.
        return (self.closing, f"}}{self.closing}", f"}}\n{self.closing}")

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        name, arguments, said = "", "{}", False
        yield from text.space()
        if not (yield from text.match("{", "{{")):  # Qwen2.5's own template shows its braces doubled
            return None
        while True:
            yield from text.space()
            if (yield from text.match("}")):
                break
            key = yield from self._key(text)
            if key in self.arguments_keys and name and not said and (yield from text.peek()) == "{":
                yield ToolCallStart(index, name)
                said = True
                if not (yield from text.json(lambda piece: ToolCallArguments(index, piece))):
                    return False
            elif key and (value := (yield from text.value())):
                if key in self.name_keys and not name:
                    name = _string(value)
                elif key in self.arguments_keys:
                    arguments = _object(value)
            elif said:  # all there, though its braces are not closed as they should be
                return (yield from text.peek()) in ("", "<")
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

    def _key(self, text: Scanner) -> Script[str]:
        """Read `"key":` and the space after it. Returns the key, "" where there is none."""
        if (yield from text.peek()) != '"':
            return ""
        key = yield from text.value()
        yield from text.space()
        colon = yield from text.match(":")
        yield from text.space()
        return _string(key) if colon else ""

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        body = {self.name_keys[0]: name, self.arguments_keys[0]: arguments}
        return f"{self.opening}\n{text_of(body)}\n{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        name_key, arguments_key = text_of(self.name_keys[0]), text_of(self.arguments_keys[0])
        calls = [
            Seq(
                (
                    Lit(f"{self.opening}\n{{{name_key}: {text_of(tool.name)}, {arguments_key}: "),
                    Json(tool.parameters),
                    Lit(f"}}\n{self.closing}"),
                )
            )
            for tool in self.tools.values()
        ]
        return one_or_more(calls, most)


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
