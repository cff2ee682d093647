"""The formats that families share, to be declared rather than written again.

    class Qwen3(TaggedJson):
        opening, closing = "<tool_call>", "</tool_call>"

White space right around a call belongs to the call; everything else that is no call is text.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ..events import ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from ..grammar import Either, Grammar, Json, Lit, Many, Seq, Until
from .parser import ReasoningParser, ToolParser
from .scanner import Scanner, Script
from .values import is_text, property_schema, text_of, typed


class Tagged(ReasoningParser):
    """Thoughts between two tags. One line break inside the tags and the blank line after them are
    the format's, not the thought's.

    Args of the class:
        opening, closing: The tags.
        ended_by: Marks that end a thought without its closing tag, such as a call's beginning; they
            are left in the text, for the next parser.
    """

    opening: ClassVar[str] = "<think>"
    closing: ClassVar[str] = "</think>"
    ended_by: ClassVar[tuple[str, ...]] = ()

    def parse(self, text: Scanner) -> Script[None]:
        ends = ("\n" + self.closing, self.closing)
        while (yield from text.pour(TextDelta, self.opening)):
            yield from text.match("\n")
            end = yield from text.pour(ReasoningDelta, *ends, *self.ended_by)
            if end in self.ended_by:
                yield TextDelta(end)
            else:
                yield from text.match("\n\n", "\n")


class Calls(ToolParser):
    """Calls that begin with a mark, one after the other, anywhere in the text."""

    openings: ClassVar[tuple[str, ...]]

    @abstractmethod
    def call(self, text: Scanner, index: int, opening: str) -> Script[bool]:
        """Read the call after its opening. Returns whether there was one: if not, nothing was said."""

    def parse(self, text: Scanner) -> Script[None]:
        index = 0
        while opening := (yield from text.pour(TextDelta, *self.openings, trim=True)):
            while opening:
                if not (yield from self.call(text, index, opening)):
                    yield TextDelta(text.unsaid())
                    break
                index += 1
                gap = yield from text.space()
                opening = yield from text.match(*self.openings)
                if not opening and gap and (yield from text.peek()):
                    yield TextDelta(gap)


def named(tools: Iterable[Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The tools of a request as (name, schema of the arguments)."""
    return [(tool.name, tool.parameters) for tool in tools]


class TaggedJson(Calls):
    """A JSON object with the call's name and arguments, between two tags.

    Arguments stream exactly as written once the name is known; an object that has them the other way
    round is held until its name comes.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    name_keys: ClassVar[tuple[str, ...]] = ("name",)
    arguments_keys: ClassVar[tuple[str, ...]] = ("arguments", "parameters")

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening,)

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool]:
        yield from text.space()
        said, whole = yield from self.object(text, index)
        if not said:
            return False
        if whole:
            yield from text.space()
            while (yield from text.match("}")):  # one brace too many is this format's commonest slip
                yield from text.space()
            yield from text.match(self.closing)
        yield ToolCallEnd(index, complete=whole)
        return True

    def object(self, text: Scanner, index: int) -> Script[tuple[bool, bool]]:
        """Read the call's object. Returns whether a call was announced, and whether it was whole."""
        name, held, said = "", "", False
        if not (yield from text.match("{")):
            return False, False
        while True:
            yield from text.space()
            if (yield from text.match("}")):
                if name and not said:
                    yield ToolCallStart(index, name)
                    yield ToolCallArguments(index, held or "{}")
                return bool(name), True
            key, colon = yield from self.key(text)
            if not colon:
                break
            if key in self.name_keys:
                value, whole = yield from text.value()
                name = _string(value) if whole else ""
                if not name:
                    break
            elif key in self.arguments_keys and name and (yield from text.peek()) == "{":
                yield ToolCallStart(index, name)
                said = True
                if not (yield from text.json(lambda piece: ToolCallArguments(index, piece))):
                    break
            else:
                value, whole = yield from text.value()
                if not whole:
                    break
                if key in self.arguments_keys:
                    held = _arguments(value)
            yield from text.space()
            yield from text.match(",")
        return said, False

    def key(self, text: Scanner) -> Script[tuple[str, bool]]:
        """Read `"key":` and the space after it. Returns the key, and whether a colon followed."""
        if (yield from text.peek()) != '"':
            return "", False
        key, _ = yield from text.value()
        yield from text.space()
        colon = yield from text.match(":")
        yield from text.space()
        return _string(key), bool(colon)

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        body = {self.name_keys[0]: name, self.arguments_keys[0]: arguments}
        return f"{self.opening}\n{text_of(body)}\n{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = (
            Seq(
                (
                    Lit(f'{self.opening}\n{{"{self.name_keys[0]}": {text_of(name)}, "{self.arguments_keys[0]}": '),
                    Json(schema),
                    Lit(f"}}\n{self.closing}"),
                )
            )
            for name, schema in named(self.tools.values())
        )
        return Many(Seq((Either(tuple(calls)), Either((Lit("\n"), Lit(""))))), 1, most)


def _string(value: str) -> str:
    try:
        decoded = json.loads(value)
    except ValueError:
        return ""
    return decoded if isinstance(decoded, str) else ""


def _arguments(value: str) -> str:
    """Arguments as an object's text: some models write them as a string that holds one."""
    inner = _string(value)
    return inner or ("{}" if value == "null" else value)


class TaggedParameters(Calls):
    """A named function with one tagged, bare-text value per argument, typed by the tool's schema.

    Strings stream as they come. One line break right inside a value's tags is the format's.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    function: ClassVar[tuple[str, str, str]] = ("<function=", ">", "</function>")
    parameter: ClassVar[tuple[str, str, str]] = ("<parameter=", ">", "</parameter>")

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening, self.function[0])

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool]:
        begin, named, end = self.function
        if opening == self.opening:
            yield from text.space()
            if not (yield from text.match(begin)):
                return False
        name, mark = yield from text.take(named, "\n")
        if mark != named or not name.strip():
            return False
        name = name.strip()
        yield ToolCallStart(index, name)
        first, whole = True, True
        while whole:
            yield from text.space()
            if not (yield from text.match(self.parameter[0])):
                break
            key, mark = yield from text.take(self.parameter[1])
            if not mark:
                whole = False
                break
            yield ToolCallArguments(index, f"{'{' if first else ', '}{text_of(key.strip())}: ")
            first = False
            whole = yield from self.argument(text, index, name, key.strip())
        whole = whole and bool((yield from text.match(end)))
        if whole:
            yield ToolCallArguments(index, "{}" if first else "}")
            yield from text.space()
            yield from text.match(self.closing)
        yield ToolCallEnd(index, complete=whole)
        return True

    def argument(self, text: Scanner, index: int, name: str, key: str) -> Script[bool]:
        """Read one value up to its closing tag. Returns whether that came."""
        tool = self.tools.get(name)
        schema = property_schema(tool, key)
        ends = ("\n" + self.parameter[2], self.parameter[2])
        yield from text.match("\n")
        if is_text(schema, tool.parameters if tool else None):
            yield ToolCallArguments(index, '"')
            end = yield from text.pour(lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), *ends)
            if end:
                yield ToolCallArguments(index, '"')
        else:
            raw, end = yield from text.take(*ends)
            if end:
                yield ToolCallArguments(index, typed(raw, schema, tool.parameters if tool else None))
        return bool(end)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.parameter[2],)

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        before, after, end = self.parameter
        values = (
            f"{before}{key}{after}\n{value if isinstance(value, str) else text_of(value)}\n{end}\n"
            for key, value in arguments.items()
        )
        begin, named, close = self.function
        return f"{self.opening}\n{begin}{name}{named}\n{''.join(values)}{close}\n{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = tuple(self._one(name, schema) for name, schema in named(self.tools.values()))
        return Many(Seq((Either(calls), Either((Lit("\n"), Lit(""))))), 1, most)

    def _one(self, name: str, schema: Mapping[str, Any]) -> Grammar:
        before, after, end = self.parameter
        parts: list[Grammar] = []
        for key, value in (schema.get("properties") or {}).items():
            body = (Until(f"\n{end}\n"),) if is_text(value, schema) else (Json(value), Lit(f"\n{end}\n"))
            part = Seq((Lit(f"{before}{key}{after}\n"), *body))
            parts.append(part if key in (schema.get("required") or ()) else Many(part, 0, 1))
        begin, named, close = self.function
        return Seq((Lit(f"{self.opening}\n{begin}{name}{named}\n"), *parts, Lit(f"{close}\n{self.closing}")))
