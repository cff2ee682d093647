"""The formats that families share, to be declared rather than written again.

    class Qwen3(TaggedJson):
        opening, closing = "<tool_call>", "</tool_call>"
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from ..events import ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from ..grammar import Either, Grammar, Json, Lit, Many, Seq, Until
from ..requests import Schema
from .parser import ReasoningParser, ToolParser
from .scanner import Scanner, Script
from .values import is_text, property_schema, text_of, typed


class Tagged(ReasoningParser):
    """One thought between two tags, before any call.

    After it the answer is text, whatever tags it mentions. White space right inside the tags is the
    format's, and so are the line breaks after them; an opening tag that the model says again, after
    the prompt has said it, is dropped.

    Args of the class:
        opening, closing: The tags.
        ended_by: Beginnings of calls; they end a thought that has no closing tag, and are left in
            the text for the next parser. A closing tag that comes after the call is dropped.
    """

    opening: ClassVar[str] = "<think>"
    closing: ClassVar[str] = "</think>"
    ended_by: ClassVar[tuple[str, ...]] = ()

    def parse(self, text: Scanner) -> Script[None]:
        stop = yield from text.pour(TextDelta, self.opening, *self.ended_by)
        if stop != self.opening:
            yield TextDelta(stop)
            return
        while stop:
            yield from text.space()
            stop = yield from text.match(self.opening)
        stop = yield from text.pour(ReasoningDelta, self.closing, *self.ended_by, trim=True)
        if stop.lstrip() in self.ended_by:
            yield TextDelta(stop.lstrip())
            if not (yield from text.pour(TextDelta, self.closing)):
                return
        gap = yield from text.space()
        if (yield from text.peek()):
            yield TextDelta(gap[gap.rfind("\n") + 1 :])


class Calls(ToolParser):
    """Calls that begin with a mark, one after the other, anywhere in the text.

    White space around calls is said only where text follows: an answer of calls alone has no text.

    Args of the class:
        openings: What a call begins with.
        closings: What may stand after it.
    """

    openings: ClassVar[tuple[str, ...]]
    closings: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        """Read the call after its opening: its start and its arguments, not its end.

        Returns whether all of it was there; None where it is no call and nothing was said.
        """

    def parse(self, text: Scanner) -> Script[None]:
        index, gap = 0, ""
        while stop := (yield from text.pour(TextDelta, *self.openings, trim=True)):
            opening = stop.lstrip()
            before = stop.removesuffix(opening)
            while opening:
                whole = yield from self.call(text, index, opening)
                if whole is None:
                    yield TextDelta(gap + text.unsaid())
                    gap = ""
                    break
                lost = text.unsaid() if not whole and (yield from text.peek()) else ""
                yield ToolCallEnd(index, complete=whole)
                if lost:
                    yield TextDelta(lost)
                index, gap = index + 1, gap + before
                before = yield from text.space()
                if (yield from text.match(*self.closings)):
                    before = yield from text.space()
                opening = yield from text.match(*self.openings)
                if not opening and (yield from text.peek()):
                    yield TextDelta(gap + before)
                    gap = ""


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
        if not (yield from text.match("{")):
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
        return _calls(
            (
                Lit(f"{self.opening}\n{{{name_key}: {text_of(tool.name)}, {arguments_key}: "),
                Json(tool.parameters),
                Lit(f"}}\n{self.closing}"),
            )
            for tool in self.tools.values()
        )(most)


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


class TaggedParameters(Calls):
    """A named function with one tagged, bare-text value per argument, typed by the tool's schema.

    Strings stream as they come. One line break right inside a value's tags is the format's. A value
    whose closing tag was forgotten ends where a line begins with the next tag. The tag around the
    function is often left out, and need not be there.

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
        return (self.parameter[2], f"\n{self.parameter[0]}", f"\n{self.function[2]}")

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening == self.opening:
            yield from text.space()
            if not (yield from text.match(self.function[0])):
                return None
        name, mark = yield from text.take(self.function[1], "\n")
        if mark != self.function[1] or not name.strip():
            return None
        yield from text.space()
        inner = (self.parameter[0], self.function[2], self.closing)
        mark = yield from text.match(*inner)
        if not mark:
            return None  # prose that mentions the tag; only now is it certain
        yield ToolCallStart(index, name.strip())
        separator = "{"
        while mark == self.parameter[0]:
            key, mark = yield from text.take(self.parameter[1])
            if not mark:
                break
            yield ToolCallArguments(index, f"{separator}{text_of(key.strip())}: ")
            separator = ", "
            mark = yield from self._value(text, index, name.strip(), key.strip())
            if not mark:
                return False
            if mark.endswith(self.parameter[2]):
                yield from text.space()
                mark = yield from text.match(*inner)
            mark = mark.lstrip()
        yield ToolCallArguments(index, "{}" if separator == "{" else "}")
        return bool(mark)

    def _value(self, text: Scanner, index: int, name: str, key: str) -> Script[str]:
        """Read one value and the mark that ends it; returns the mark."""
        tool = self.tools.get(name)
        schema, root = property_schema(tool, key), tool.parameters if tool else None
        ends = (f"\n{self.parameter[2]}", *self.unsayable)
        yield from text.match("\n")
        if is_text(schema, root):
            yield ToolCallArguments(index, '"')
            end = yield from text.pour(lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), *ends)
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
        return _calls(
            (
                Lit(f"{self.opening}\n{begin}{tool.name}{named}\n"),
                *self._parameters(tool.parameters),
                Lit(f"{close}\n{self.closing}"),
            )
            for tool in self.tools.values()
        )(most)

    def _parameters(self, schema: Schema) -> list[Grammar]:
        before, after, end = self.parameter
        parts: list[Grammar] = []
        for key, value in (schema.get("properties") or {}).items():
            part = Seq((Lit(f"{before}{key}{after}\n"), *self._allowed(value, schema, f"\n{end}\n")))
            parts.append(part if key in (schema.get("required") or ()) else Many(part, 0, 1))
        return parts
