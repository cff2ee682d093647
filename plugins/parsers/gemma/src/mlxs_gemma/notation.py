"""Values as Gemma writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlxs.grammar import Either, Grammar, Json, Lit, Many, Seq, Until
from mlxs.parsing.formats import members
from mlxs.parsing.values import is_text, item_schema, kinds, member_schema, text_of
from mlxs.requests import Schema

_KEY = re.compile(r"[A-Za-z_][\w\-]*", re.ASCII)


class Writing:
    """Writes values, and says what they may look like.

    Where the schema leaves the inside of a list or an object open, it is JSON, which reads the same.

    Args:
        mark: What strings stand between.
        root: The schema of all arguments.
    """

    def __init__(self, mark: str, root: Schema) -> None:
        self.mark = mark
        self.root = root

    def key(self, key: str) -> str:
        """A key, between marks where it needs them."""
        return key if _KEY.fullmatch(key) else f"{self.mark}{key}{self.mark}"

    def value(self, value: Any, schema: Schema | None) -> str:
        """A value whose schema this is."""
        if isinstance(value, str):
            return f"{self.mark}{value}{self.mark}"
        inside = _inside(schema)
        if isinstance(value, Mapping) and inside == "properties":
            return self.object(value, schema)
        if isinstance(value, list) and inside == "items":
            items = item_schema(schema, self.root)
            return f"[{','.join(self.value(each, items) for each in value)}]"
        return text_of(value)

    def object(self, value: Mapping[str, Any], schema: Schema | None) -> str:
        """An object member by member, whatever the schema says of it."""
        said = (
            f"{self.key(key)}:{self.value(each, member_schema(schema, key, self.root))}" for key, each in value.items()
        )
        return f"{{{','.join(said)}}}"

    def value_grammar(self, schema: Schema) -> Grammar:
        """What a value of that schema may look like."""
        allowed = kinds(schema, self.root)
        choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
        if choices:
            return Either(tuple(Lit(self.value(choice, schema)) for choice in choices))
        if is_text(schema, self.root) and allowed:
            return self._text
        inside = _inside(schema)
        if inside == "properties":
            return self.object_grammar(schema)
        if inside == "items":
            item = self.value_grammar(schema["items"])
            return Seq((Lit("["), Either((Seq((item, Many(Seq((Lit(","), item))))), Lit(""))), Lit("]")))
        shared = {key: self.root[key] for key in ("$defs", "definitions") if key in self.root}
        as_json = Json({**shared, **schema})
        return Either((self._text, as_json)) if "string" in allowed or not allowed else as_json

    def object_grammar(self, schema: Schema) -> Grammar:
        """What an object with these members may look like."""

        def member(key: str, inner: Schema) -> Grammar:
            return Seq((Lit(f"{self.key(key)}:"), self.value_grammar(inner)))

        return Seq((Lit("{"), members(schema, member, ","), Lit("}")))

    @property
    def _text(self) -> Grammar:
        return Seq((Lit(self.mark), Until(self.mark)))


def _inside(schema: Schema | None) -> str:
    """Where the schema itself says what an object or a list has inside, and that it is one; "" where it does not."""
    schema = schema or {}
    for kind, key in (("object", "properties"), ("array", "items")):
        if schema.get("type") == kind and isinstance(schema.get(key), Mapping) and schema[key]:
            return key
    return ""
