"""Values that a format writes as bare text, typed by the tool's JSON Schema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..requests import Schema, Tool

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
    (type(None), "null"),
)
_KNOWN_AS = {"bool": "boolean", "int": "integer", "float": "number", "double": "number", "str": "string"} | {
    "list": "array",
    "tuple": "array",
    "dict": "object",
}
"""Names of types that no JSON Schema has and clients send all the same."""

_SAID_OTHERWISE = {"true": True, "false": False, "null": None, "none": None}

text_of = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""A value as JSON, in the reader's own letters. Raises ValueError for what JSON cannot say, such as NaN."""


def kind_of(value: Any) -> str:
    """The JSON type of a value; "" where JSON has none for it."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "")


def property_schema(tool: Tool | None, key: str) -> Schema | None:
    """What the tool says of one of its arguments, or None where it says nothing."""
    return member_schema(tool.parameters, key) if tool else None


def member_schema(schema: Schema | None, key: str, root: Schema | None = None) -> Schema | None:
    """What an object's schema says of one of its members, or None where it says nothing."""
    for option in _options(schema, root or schema or {}, frozenset()):
        properties, others = option.get("properties"), option.get("additionalProperties")
        member = properties.get(key, others) if isinstance(properties, Mapping) else others
        if isinstance(member, Mapping):
            return member
    return None


def item_schema(schema: Schema | None, root: Schema | None = None) -> Schema | None:
    """What an array's schema says of its items, or None where it says nothing."""
    items = (option.get("items") for option in _options(schema, root or schema or {}, frozenset()))
    return next((item for item in items if isinstance(item, Mapping)), None)


def kinds(schema: Schema | None, root: Schema | None = None) -> frozenset[str]:
    """The JSON types a schema lets through, `$ref` looked up in `root`; empty where it does not say."""
    options = _options(schema, root or schema or {}, frozenset())
    return frozenset(kind for option in options for kind in _kinds(option))


def _options(schema: Any, root: Schema, seen: frozenset[str]) -> Iterator[Schema]:
    """The schema, and all others that it says a value may or must fit."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    for part in ("anyOf", "oneOf", "allOf"):
        for option in _several(schema.get(part)):
            yield from _options(option, root, seen)
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from _options(_look_up(root, reference), root, seen | {reference})


def _kinds(schema: Schema) -> Iterator[str]:
    said = schema.get("type")
    for name in [said] if isinstance(said, str) else _several(said):
        if isinstance(name, str):
            yield _KNOWN_AS.get(name, name)
    if schema.get("nullable") is True:
        yield "null"
    if not said:
        yield from map(kind_of, _several(schema.get("enum")))
        yield from [kind_of(schema["const"])] if "const" in schema else []
        yield from (kind for key, kind in (("properties", "object"), ("items", "array")) if key in schema)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _look_up(root: Schema, reference: str) -> Any:
    here: Any = root
    for step in filter(None, reference.removeprefix("#").split("/")):
        step = step.replace("~1", "/").replace("~0", "~")
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def is_text(schema: Schema | None, root: Schema | None = None) -> bool:
    """Whether a value can only be a string, so that it may be passed on as it comes."""
    return kinds(schema, root) <= {"string"}


def typed(raw: str, schema: Schema | None, root: Schema | None = None) -> str:
    """Bare text as the JSON value the schema means by it.

    The text is a string where the schema says so, says nothing, or where no other type it allows
    fits: "007" for a string stays "007", for an integer becomes 7. Arrays and objects may be written
    as JSON or, as models do, as Python.
    """
    allowed = kinds(schema, root)
    if allowed <= {"string"}:
        return text_of(raw)
    text = raw.strip()
    for value in _readings(text, allowed):
        kind = kind_of(value)
        if kind == "number" and "number" not in allowed and value.is_integer():
            kind, value = "integer", int(value)
        if kind in allowed or (kind == "integer" and "number" in allowed):
            try:
                return text if kind in ("array", "object") and _is_json(text) else text_of(value)
            except (ValueError, TypeError):  # infinite, or a Python literal that JSON has no word for
                continue
    return text_of(raw)


def _readings(text: str, allowed: frozenset[str]) -> Iterator[Any]:
    """What the text may mean, likeliest first."""
    try:
        yield json.loads(text, strict=False, parse_constant=_refuse)
        return
    except (ValueError, RecursionError):
        pass
    if text.lower() in _SAID_OTHERWISE:
        yield _SAID_OTHERWISE[text.lower()]
    value: Any
    for read in (int, float) if "string" not in allowed else ():  # 007 is a number only where it must be
        try:
            value = read(text)
        except ValueError:
            continue
        if isinstance(value, int) or math.isfinite(value):
            yield value
    if not allowed.isdisjoint({"array", "object"}) and text[:1] in "[{(":
        from ast import literal_eval

        try:
            value = literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return
        yield list(value) if isinstance(value, tuple) else value


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
