"""Declared calls that have one tag an argument, read as they come."""

from __future__ import annotations

from collections.abc import Mapping
from re import _constants as ops  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from ...events import ToolCallArguments, ToolCallStart
from ...grammar import Grammar, Lit, Many, Seq
from ...requests import Schema, Tool
from ..formats.invoke import ANY
from ..formats.tagged_parameters import bare_value
from ..scanner import Scanner, Script
from ..values import is_text, kinds, property_schema, text_of, typed
from .anchors import Anchor, Anchors, Place
from .reader import Named, Tools
from .regex import Regex, Unsupported
from .template import Field

_UNTOLD: dict[str, Schema] = {
    "json": ANY,
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
}
"""What a value may be of which the tool's schema tells nothing, by its `value_parser`."""


class Tag(NamedTuple):
    """What stands around a value.

    Args:
        before: What stands before it; its key is a group.
        after: What stands after it.
        begins, ends: These two, and the field's end.
        untold: What the value may be where the tool's schema does not say.
    """

    before: Anchor
    after: Anchor
    begins: Anchors[str]
    ends: Anchors[str]
    untold: Schema | None


class Tags(Named):
    """A name in the opening, then a tag for each argument, typed by the tool's schema. What stands between
    the tags tells nothing."""

    def __init__(self, field: Field, tools: Tools, *, tag: Tag, **named: str) -> None:
        super().__init__(field, tools, **named)
        self._tag = tag

    @property
    def unsayable(self) -> tuple[str, ...]:
        closes = self.field.close.literals if self.field.close else ()
        return tuple(filter(None, ((self._tag.after.written() or "").strip(), *closes)))

    def read(self, text: Scanner, index: int, place: Place[Any]) -> Script[int]:
        name = self.name(place)
        if not name:
            return index
        yield ToolCallStart(index, name)
        tool, separator = self.tools.get(name), "{"
        while True:
            _, at = yield from self._tag.begins.take(text)
            if at is None or at.key == "close":
                break
            key = at.groups["key"].strip()
            yield ToolCallArguments(index, f"{separator}{text_of(key)}: ")
            separator = ", "
            at = yield from self._value(text, index, *self._schema(tool, key))
            if at is None:
                yield from self.end(text, index, whole=False)
                return index + 1
            if at.key == "close":
                break
        yield ToolCallArguments(index, "{}" if separator == "{" else "}")
        yield from self.end(text, index, whole=at is not None or self.closes is None)
        text.unsaid()
        return index + 1

    def _schema(self, tool: Tool | None, key: str) -> tuple[Schema | None, Schema | None]:
        schema, root = property_schema(tool, key), tool.parameters if tool else None
        return (schema if kinds(schema, root) else self._tag.untold), root

    def _value(
        self, text: Scanner, index: int, schema: Schema | None, root: Schema | None
    ) -> Script[Place[str] | None]:
        """Read one value and what ends it; returns where that is."""
        if not is_text(schema, root):
            raw, at = yield from self._tag.ends.take(text)
            if at:
                yield ToolCallArguments(index, typed(raw, schema, root))
            return at
        yield ToolCallArguments(index, '"')
        at = yield from self._tag.ends.pour(
            text, lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), cut_short=False
        )
        if at:
            yield ToolCallArguments(index, '"')
        return at

    def write(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        around, said = self.around_call(name), ""
        for key, value in arguments.items():
            tag, bare = (
                self._around_value(key),
                isinstance(value, str) and is_text(*self._schema(self.tools.get(name), key)),
            )
            if tag is None:
                return None
            said += f"{tag[0]}{value if bare else text_of(value)}{tag[1]}"
        return around and f"{around[0]}{said}{around[1]}"

    def body(self, tool: Tool) -> Grammar | None:
        required, parts = tool.parameters.get("required") or (), list[Grammar]()
        for key, schema in (tool.parameters.get("properties") or {}).items():
            around = self._around_value(key)
            if around is None:
                return None
            part = Seq((Lit(around[0]), *bare_value(schema, tool.parameters, around[1])))
            parts.append(part if key in required else Many(part, 0, 1))
        return Seq(tuple(parts))

    def _around_value(self, key: str) -> tuple[str, str] | None:
        before, after = self._tag.before.written({"key": key}), self._tag.after.written()
        return None if before is None or after is None else (before, after)


def tag(field: Field) -> Tag | None:
    """What stands around a value; None where a value cannot be read as it comes."""
    inner = field.args.get("value_parser") or {"name": "text", "args": {"strip": False}}
    name, args = inner.get("name", "text"), inner.get("args", {})
    if field.kind != "xml-inline" or field.args.get("merge_duplicates"):
        return None
    if args != ({"strip": False} if name == "text" else {"allow_non_json": True} if name == "json" else {}):
        return None
    parts = Regex(field.args["tag_pattern"]).split("value")
    if parts is None or "key" not in parts[0].groups or not _is_anything(parts[1]):
        return None
    before, after = Anchor(regex=parts[0]), Anchor(regex=parts[2])
    closes = [("close", field.close)] if field.close else []
    try:
        return Tag(before, after, Anchors([("", before), *closes]), Anchors([("", after), *closes]), _UNTOLD.get(name))
    except Unsupported:  # nothing need follow a value: where it ends cannot be told
        return None


def _is_anything(value: Regex) -> bool:
    """Whether a value goes up to what follows it: `.*?`, or `[^<]*`."""
    if len(value.nodes) != 1:
        return False
    op, arg = value.nodes[0]
    if op is not ops.MIN_REPEAT and op is not ops.MAX_REPEAT:
        return False
    least, _, [(what, chars)] = arg
    if op is ops.MIN_REPEAT:
        return bool(least <= 1 and what is ops.ANY)
    return bool(least <= 1 and (what is ops.NOT_LITERAL or (what is ops.IN and chars[0][0] is ops.NEGATE)))
