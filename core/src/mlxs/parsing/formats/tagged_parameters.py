"""Calls written as one tag per argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import LARK, Either, Grammar, Json, Lark, Lit, Many, Seq, Until
from ...requests import Schema, Tool
from ..scanner import Scanner, Script
from ..values import is_text, kinds, property_schema, text_of, typed
from .calls import one_or_more
from .json_call import JsonCall


class TaggedParameters(JsonCall):
    """A named function with one tagged, bare-text value per argument, typed by the tool's schema.

    Strings stream as they come. A value whose closing tag was forgotten ends where the next tag is. The
    tag around the function may be missing too, where the function is one of the tools or comes right
    after another. In place of the function there may be a JSON object with its name and arguments.

    Args of the class:
        opening, closing: The tags around the call.
        function, parameter: Beginning and end of the opening tag, and the closing tag.
        inside: White space right inside a value's tags that is the format's: once on each side.
        unclosed: What stands before a tag that ends a value without its closing tag.
        line: White space that is written between tags.
        tight: Whether none is written between the tags inside a function.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"
    function: ClassVar[tuple[str, str, str]] = ("<function=", ">", "</function>")
    parameter: ClassVar[tuple[str, str, str]] = ("<parameter=", ">", "</parameter>")
    inside: ClassVar[str] = "\n"
    unclosed: ClassVar[str] = "\n"
    line: ClassVar[str] = "\n"
    tight: ClassVar[bool] = False

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening, self.function[0])

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.closing,)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*self.value_ends, *(f"{self.unclosed}{tag}" for tag in (*self.parameter_marks, *self.call_ends)))

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        bare = opening == self.function[0]
        if not bare:
            yield from text.space()
            if not (yield from text.match(self.function[0])):
                return (yield from self.object(text, index))
        said, mark = yield from text.take(self.function[1], "\n")
        name = self.name(said)
        if mark != self.function[1] or not name or (bare and not self.believed(name)):
            return None
        yield from text.space()
        mark = yield from text.match(*self.parameter_marks, *self.call_ends)
        if not mark:
            return (yield from self.read_body(text, index, name))
        return (yield from self._arguments(text, index, name, mark))

    @property
    def parameter_marks(self) -> tuple[str, ...]:
        """What a parameter begins with."""
        return (self.parameter[0],)

    @property
    def call_ends(self) -> tuple[str, ...]:
        """What ends the call."""
        return tuple(filter(None, (self.function[2], self.closing)))

    def _arguments(self, text: Scanner, index: int, name: str, mark: str) -> Script[bool | None]:
        """Say the call and read on from the first mark after its name, as `call` does."""
        separator = "{"
        while mark in self.parameter_marks:
            tag = yield from self.read_tag(text, name)
            if isinstance(tag, str):
                mark = tag
                continue
            key, schema = tag
            if separator == "{":
                yield ToolCallStart(index, name)
            yield ToolCallArguments(index, f"{separator}{text_of(key)}: ")
            separator = ", "
            mark = yield from self.read_value(text, index, schema, self.root(name))
            if not mark:
                return False
            if mark.endswith(self.value_ends):
                yield from text.space()
                mark = yield from text.match(*self.parameter_marks, *self.call_ends)
            mark = mark.lstrip()
        if separator == "{":
            if not mark:
                return None
            yield ToolCallStart(index, name)
        lost = "" if mark else text.unsaid()
        yield ToolCallArguments(index, "{}" if separator == "{" else "}")
        text.leave(lost)
        return bool(mark)

    def read_tag(self, text: Scanner, name: str) -> Script[tuple[str, Schema | None] | str]:
        """Read to where a value begins: its name and schema; or, where it has none, the mark that stands there."""
        said, mark = yield from text.take(self.parameter[1], "\n", "<")
        return self.argument(self.tools.get(name), said) if mark == self.parameter[1] else ""

    @property
    def value_ends(self) -> tuple[str, ...]:
        """The closing tag of a value."""
        return (self.parameter[2],)

    @property
    def inner_line(self) -> str:
        """White space that is written between the tags inside a function."""
        return "" if self.tight else self.line

    def believed(self, name: str) -> bool:
        """Whether a function of this name is a call although no tag stands around it."""
        return self.in_a_row or not self.tools or name in self.tools

    def read_body(self, text: Scanner, index: int, name: str) -> Script[bool | None]:
        """Read what follows a function's name where it is no parameter, as `call` does."""
        yield from ()
        return None  # prose that mentions the tag; only now is it certain

    def said(self, name: str) -> str:
        """A name, as its tag says it."""
        return name

    def called(self, name: str) -> str:
        """A function's name, as its tag says it, and what else the tag says."""
        return self.said(name)

    def name(self, said: str) -> str:
        """The function's name, as said in its tag."""
        return said.strip()

    def argument(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        """The parameter's name, as said in its tag, and the schema of its value."""
        return said.strip(), property_schema(tool, said.strip())

    def root(self, name: str) -> Schema | None:
        """All that the tool of that name says of its arguments, where a `$ref` is looked up."""
        return self.tools[name].parameters if name in self.tools else None

    def read_value(self, text: Scanner, index: int, schema: Schema | None, root: Schema | None) -> Script[str]:
        """Read one value and the mark that ends it; returns the mark."""
        ends = (*(f"{self.inside}{end}" for end in self.value_ends), *self.unsayable)
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
        return f"{self.opening}{self.line}{self.write_function(name, arguments)}{self.line}{self.closing}"

    def write_function(self, name: str, arguments: Mapping[str, Any]) -> str:
        """A call as it is written, without the tags around it."""
        begin, named, close = self.function
        values = "".join(self.write_parameter(name, key, value) for key, value in arguments.items())
        return f"{begin}{self.called(name)}{named}{self.inner_line}{values}{close}"

    def write_parameter(self, name: str, key: str, value: Any) -> str:
        """One argument of a call of the tool of that name, as it is written."""
        before, after, end = self.parameter
        schema = self.argument(self.tools.get(name), self.said(key))[1]
        bare = isinstance(value, str) and is_text(schema, self.root(name))
        said = f"{self.inside}{value if bare else text_of(value)}{self.inside}"
        return f"{before}{self.said(key)}{after}{said}{end}{self.inner_line}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        opening, closing = f"{self.opening}{self.line}", f"{self.line}{self.closing}"
        calls = [Seq((Lit(opening), call, Lit(closing))) for call in self.function_grammars()]
        return one_or_more(calls, most)

    def function_grammars(self) -> list[Grammar]:
        """What a call of each of the tools looks like, without the tags around it."""
        begin, named, close = self.function
        return [
            Seq(
                (
                    Lit(f"{begin}{self.called(tool.name)}{named}{self.inner_line}"),
                    *self.parameter_grammars(tool.parameters),
                    Lit(close),
                )
            )
            for tool in self.tools.values()
        ]

    def parameter_grammars(self, schema: Schema) -> list[Grammar]:
        """What the arguments that a tool takes look like, one after the other."""
        required = schema.get("required") or ()
        return [
            part if key in required else Many(part, 0, 1)
            for key, value in (schema.get("properties") or {}).items()
            for part in [self.parameter_grammar(key, value, schema)]
        ]

    def parameter_grammar(self, key: str, schema: Schema, root: Schema) -> Grammar:
        """What one argument looks like; `root` is the schema of all of them."""
        before, after, end = self.parameter
        value = bare_value(schema, root, f"{self.inside}{end}{self.inner_line}")
        return Seq((Lit(f"{before}{self.said(key)}{after}{self.inside}"), *value))


def bare_value(schema: Schema, root: Schema, end: str) -> tuple[Grammar, ...]:
    """A value of that schema as bare text, and the end after it."""
    if not is_text(schema, root):
        shared = {key: root[key] for key in ("$defs", "definitions") if key in root}
        return Json({**shared, **schema}), Lit(end)
    if not isinstance(schema, Mapping):
        return (Until(end),)
    if choices := schema.get("enum"):
        return (Either(tuple(Lit(choice + end) for choice in choices)),)
    if LARK in schema:
        return Lark(schema[LARK]), Lit(end)
    return (Until(end, _regex(schema)),)


def _regex(schema: Mapping[str, Any]) -> str | None:
    """What a string of that schema must match as a whole; None where the schema does not say."""
    if pattern := schema.get("pattern"):
        body = pattern.removeprefix("^").removesuffix("$")
        before = "" if pattern.startswith("^") else "(?s:.*)"
        return f"{before}(?:{body})" + ("" if pattern.endswith("$") else "(?s:.*)")
    least, most = schema.get("minLength", 0), schema.get("maxLength", "")
    return f"(?s:.{{{least},{most}}})" if least or most != "" else None
