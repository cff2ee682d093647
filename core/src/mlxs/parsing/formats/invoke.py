"""Calls written as `<invoke name="f"><parameter name="a">1</parameter></invoke>`."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Either, Grammar, Lit, Many, Seq
from ...requests import Schema, Tool
from ..scanner import Scanner, Script
from ..values import kinds, property_schema, text_of
from .tagged_parameters import TaggedParameters, bare_value

ANY: Schema = {"type": ["object", "array", "boolean", "number", "null", "string"]}
"""Of a value that is JSON where it reads as JSON, and a string where it does not."""

_ATTRIBUTE = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|(\S*))(.*)""", re.DOTALL)


class Invokes(TaggedParameters):
    """Functions and parameters named by an attribute, as many functions in a block as are called.

    What stands between a value's tags is the value, white space too. In place of parameters a
    function may have its arguments as one JSON object.

    Args of the class:
        opening, closing: The tags around the block.
        prefix: What stands before the word in each inner tag, such as `atem:`.
        says_types: Whether a parameter's tag says `string="true"` of strings and `string="false"` of
            JSON; where it says nothing, and in formats whose tags never do, the tool's schema tells.
        untold: What a value may be of which neither tells.
        certain: Whether nothing but a call has such tags, so that those around the block may be missing.
    """

    opening: ClassVar[str] = "<function_calls>"
    closing: ClassVar[str] = "</function_calls>"
    inside: ClassVar[str] = ""
    prefix: ClassVar[str] = ""
    says_types: ClassVar[bool] = False
    untold: ClassVar[Schema | None] = None
    certain: ClassVar[bool] = False

    @property
    def function(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"<{self.prefix}invoke name=", ">", f"</{self.prefix}invoke>"

    @property
    def parameter(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"<{self.prefix}parameter name=", ">", f"</{self.prefix}parameter>"

    def _believed(self, name: str) -> bool:
        return self.certain or super()._believed(name)

    def _body(self, text: Scanner, index: int, name: str) -> Script[bool | None]:
        if (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        whole = yield from text.json(lambda piece: ToolCallArguments(index, piece))
        yield from text.space()
        closed = yield from text.match(self.function[2])
        return whole and bool(closed or (yield from text.peek()) in ("", "<"))

    def _name(self, said: str) -> str:
        return _attribute(said)[0]

    def _key(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        key, others = _attribute(said)
        schema = property_schema(tool, key)
        if 'string="true"' in others:
            return key, None
        unknown = not kinds(schema, tool.parameters if tool else None)
        if 'string="false"' in others:
            return key, ANY if unknown else schema
        return key, self.untold if unknown else schema

    def _said(self, name: str) -> str:
        return f'"{name}"'

    def _written(self, name: str, key: str, value: Any) -> str:
        if not self.says_types:
            return super()._written(name, key, value)
        before, after, end = self.parameter
        bare = isinstance(value, str)
        said = f'{self._said(key)} string="{"true" if bare else "false"}"'
        return f"{before}{said}{after}{value if bare else text_of(value)}{end}\n"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = tuple(Seq((call, Lit("\n"))) for call in self._functions())
        if not calls:
            return None
        return Seq((Lit(f"{self.opening}\n"), Many(Either(calls), 1, most), Lit(self.closing)))

    def _parameter(self, key: str, schema: Schema, root: Schema) -> Grammar:
        if not self.says_types:
            return super()._parameter(key, schema, root)
        before, after, end = self.parameter

        def said(of_text: str, schema: Schema) -> Grammar:
            opening = f'{before}{self._said(key)} string="{of_text}"{after}'
            return Seq((Lit(opening), *bare_value(schema, root, f"{end}\n")))

        allowed = kinds(schema, root)
        if allowed <= {"string"}:
            return said("true", schema)
        as_json = said("false", schema)
        return Either((said("true", {}), as_json)) if "string" in allowed else as_json


def _attribute(said: str) -> tuple[str, str]:
    """An attribute's value, in quotes or without, and what stands after it."""
    found = _ATTRIBUTE.match(said)
    double, single, bare, others = found.groups() if found else (said, "", "", "")
    return double or single or bare or "", others
