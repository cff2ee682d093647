"""Calls written as `<invoke name="f"><parameter name="a">1</parameter></invoke>`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Lit, Many, Seq
from ...requests import Schema, Tool
from ..scanner import Scanner, Script
from ..values import kind_of, kinds, property_schema, text_of
from .tagged_parameters import TaggedParameters, bare_value

ANY: Schema = {"type": ["object", "array", "boolean", "number", "null", "string"]}
"""Of a value that is JSON where it reads as JSON, and a string where it does not."""

STRING_OR_JSON = {kind: f'string="{"true" if kind == "string" else "false"}"' for kind in (*ANY["type"], "integer")}
"""How tags tell strings, which stand there bare, from all else, which is JSON."""

_ATTRIBUTE = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|(\S*))(.*)""", re.DOTALL)


class Invokes(TaggedParameters):
    """Functions and parameters named by an attribute, as many functions in a block as are called.

    What stands between a value's tags is the value, white space too. In place of parameters a
    function may have its arguments as one JSON object.

    Args of the class:
        opening, closing: The tags around the block.
        prefix: What stands before the word in each inner tag, such as `atem:`.
        types: What a parameter's tag says of the JSON type of its value, where it does; where it says
            nothing the tool's schema tells.
        untold: What a value may be of which neither tells.
        certain: Whether nothing but a call has such tags, so that those around the block may be missing.
    """

    opening: ClassVar[str] = "<function_calls>"
    closing: ClassVar[str] = "</function_calls>"
    inside: ClassVar[str] = ""
    prefix: ClassVar[str] = ""
    types: ClassVar[Mapping[str, str]] = {}
    untold: ClassVar[Schema | None] = None
    certain: ClassVar[bool] = False

    @property
    def function(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"<{self.prefix}invoke name=", ">", f"</{self.prefix}invoke>"

    @property
    def parameter(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"<{self.prefix}parameter name=", ">", f"</{self.prefix}parameter>"

    def believed(self, name: str) -> bool:
        return self.certain or super().believed(name)

    def read_body(self, text: Scanner, index: int, name: str) -> Script[bool | None]:
        if (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        whole = yield from text.json(lambda piece: ToolCallArguments(index, piece))
        yield from text.space()
        closed = yield from text.match(*self.call_ends)
        return whole and bool(closed or (yield from text.peek()) in ("", "<"))

    def name(self, said: str) -> str:
        return attribute(said)[0]

    def argument(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        key, others = attribute(said)
        schema = property_schema(tool, key)
        told = [kind for kind, mark in self.types.items() if mark in others]
        if told == ["string"]:
            return key, None
        if kinds(schema, tool.parameters if tool else None):
            return key, schema
        return key, {"type": [*told, "string"]} if told else self.untold

    def said(self, name: str) -> str:
        return f'"{name}"'

    def write_parameter(self, name: str, key: str, value: Any) -> str:
        if not self.types:
            return super().write_parameter(name, key, value)
        before, after, end = self.parameter
        said = value if isinstance(value, str) else text_of(value)
        return f"{before}{self.said(key)} {self.types[kind_of(value)]}{after}{said}{end}{self.inner_line}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = tuple(Seq((call, Lit(self.line))) for call in self.function_grammars())
        if not calls:
            return None
        return Seq((Lit(f"{self.opening}{self.line}"), Many(Either(calls), 1, most), Lit(self.closing)))

    def parameter_grammar(self, key: str, schema: Schema, root: Schema) -> Grammar:
        if not self.types:
            return super().parameter_grammar(key, schema, root)
        before, after, end = self.parameter

        def said(mark: str, schema: Schema) -> Grammar:
            value = bare_value(schema, root, f"{end}{self.inner_line}")
            return Seq((Lit(f"{before}{self.said(key)} {mark}{after}"), *value))

        allowed = kinds(schema, root) & self.types.keys() or {"string"}
        options = {self.types[kind]: schema for kind in sorted(allowed - {"string"})}
        if "string" in allowed:
            options[self.types["string"]] = {} if options else schema
        return Either(tuple(said(mark, schema) for mark, schema in options.items()))


def attribute(said: str) -> tuple[str, str]:
    """An attribute's value, in quotes or without, and what stands after it."""
    found = _ATTRIBUTE.match(said)
    double, single, bare, others = found.groups() if found else (said, "", "", "")
    return double or single or bare or "", others
