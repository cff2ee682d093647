"""Calls written as one tag per argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Json, Lit, Many, Seq, Until
from ...requests import Schema, Tool
from ..scanner import Scanner, Script
from ..values import is_text, kinds, property_schema, text_of, typed
from .calls import Calls, one_or_more


class TaggedParameters(Calls):
    """A named function with one tagged, bare-text value per argument, typed by the tool's schema.

    Strings stream as they come. A value whose closing tag was forgotten ends where the next tag is. The
    tag around the function may be missing too, where the function is one of the tools or comes right
    after another.

    Args of the class:
        opening, closing: The tags around the call.
        function, parameter: Beginning and end of the opening tag, and the closing tag.
        inside: White space right inside a value's tags that is the format's: once on each side.
        unclosed: What stands before a tag that ends a value without its closing tag.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    function: ClassVar[tuple[str, str, str]] = ("<function=", ">", "</function>")
    parameter: ClassVar[tuple[str, str, str]] = ("<parameter=", ">", "</parameter>")
    inside: ClassVar[str] = "\n"
    unclosed: ClassVar[str] = "\n"

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening, self.function[0])

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.closing,)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        tags = self.parameter[0], self.function[2], self.closing
        return (self.parameter[2], *(f"{self.unclosed}{tag}" for tag in tags))

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        bare = opening == self.function[0]
        if not bare:
            yield from text.space()
            if not (yield from text.match(self.function[0])):
                return None
        said, mark = yield from text.take(self.function[1], "\n")
        name = self._name(said)
        if mark != self.function[1] or not name or (bare and not self._believed(name)):
            return None
        yield from text.space()
        inner = (self.parameter[0], self.function[2], self.closing)
        mark = yield from text.match(*inner)
        if not mark:
            return (yield from self._body(text, index, name))
        yield ToolCallStart(index, name)
        separator = "{"
        while mark == self.parameter[0]:
            said, mark = yield from text.take(self.parameter[1], "\n", "<")
            if mark != self.parameter[1]:
                mark = ""
                break
            key, schema = self._key(self.tools.get(name), said)
            yield ToolCallArguments(index, f"{separator}{text_of(key)}: ")
            separator = ", "
            mark = yield from self._value(text, index, schema, self._root(name))
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

    def _believed(self, name: str) -> bool:
        """Whether a function of this name is a call although no tag stands around it."""
        return self.in_a_row or not self.tools or name in self.tools

    def _body(self, text: Scanner, index: int, name: str) -> Script[bool | None]:
        """Read what follows a function's name where it is no parameter, as `call` does."""
        yield from ()
        return None  # prose that mentions the tag; only now is it certain

    def _said(self, name: str) -> str:
        """A name, as its tag says it."""
        return name

    def _name(self, said: str) -> str:
        """The function's name, as said in its tag."""
        return said.strip()

    def _key(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        """The parameter's name, as said in its tag, and the schema of its value."""
        return said.strip(), property_schema(tool, said.strip())

    def _root(self, name: str) -> Schema | None:
        return self.tools[name].parameters if name in self.tools else None

    def _value(self, text: Scanner, index: int, schema: Schema | None, root: Schema | None) -> Script[str]:
        """Read one value and the mark that ends it; returns the mark."""
        ends = (f"{self.inside}{self.parameter[2]}", *self.unsayable)
        if self.inside:
            yield from text.match(self.inside)
        if is_text(schema, root) or (yield from self._only_text(text, schema, root)):
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

    def _only_text(self, text: Scanner, schema: Schema | None, root: Schema | None) -> Script[bool]:
        """Whether a value that need not be a string can be nothing else, as it begins with such a letter."""
        first = yield from text.peek()
        return first.isalpha() and first not in "tfnTFN" and "string" in kinds(schema, root)

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        begin, named, close = self.function
        values = "".join(self._written(name, key, value) for key, value in arguments.items())
        return f"{self.opening}\n{begin}{self._said(name)}{named}\n{values}{close}\n{self.closing}"

    def _written(self, name: str, key: str, value: Any) -> str:
        before, after, end = self.parameter
        schema = self._key(self.tools.get(name), self._said(key))[1]
        bare = isinstance(value, str) and is_text(schema, self._root(name))
        return f"{before}{self._said(key)}{after}{self.inside}{value if bare else text_of(value)}{self.inside}{end}\n"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [Seq((Lit(f"{self.opening}\n"), call, Lit(f"\n{self.closing}"))) for call in self._functions()]
        return one_or_more(calls, most)

    def _functions(self) -> list[Grammar]:
        """What a call of each of the tools looks like, without the tags around it."""
        begin, named, close = self.function
        return [
            Seq((Lit(f"{begin}{self._said(tool.name)}{named}\n"), *self._parameters(tool.parameters), Lit(close)))
            for tool in self.tools.values()
        ]

    def _parameters(self, schema: Schema) -> list[Grammar]:
        required = schema.get("required") or ()
        return [
            part if key in required else Many(part, 0, 1)
            for key, value in (schema.get("properties") or {}).items()
            for part in [self._parameter(key, value, schema)]
        ]

    def _parameter(self, key: str, schema: Schema, root: Schema) -> Grammar:
        before, after, end = self.parameter
        value = bare_value(schema, root, f"{self.inside}{end}\n")
        return Seq((Lit(f"{before}{self._said(key)}{after}{self.inside}"), *value))


def bare_value(schema: Schema, root: Schema, end: str) -> tuple[Grammar, ...]:
    """A value of that schema as bare text, and the end after it."""
    if not is_text(schema, root):
        shared = {key: root[key] for key in ("$defs", "definitions") if key in root}
        return Json({**shared, **schema}), Lit(end)
    choices = schema.get("enum") if isinstance(schema, Mapping) else None
    return (Either(tuple(Lit(choice + end) for choice in choices)) if choices else Until(end),)
