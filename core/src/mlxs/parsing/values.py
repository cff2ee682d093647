"""Values that a format writes as bare text, typed by the tool's JSON Schema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..requests import Tool

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
    (type(None), "null"),
)
_SAID_OTHERWISE = {"true": True, "false": False, "null": None, "none": None}


def text_of(value: Any) -> str:
    """A value as JSON, in the reader's own letters."""
    return json.dumps(value, ensure_ascii=False)


def property_schema(tool: Tool | None, key: str) -> Mapping[str, Any] | None:
    """What the tool says of one of its arguments, or None where it says nothing."""
    properties = tool.parameters.get("properties") if tool else None
    schema = properties.get(key) if isinstance(properties, Mapping) else None
    return schema if isinstance(schema, Mapping) else None


def kinds(schema: Mapping[str, Any] | None, root: Mapping[str, Any] | None = None) -> frozenset[str]:
    """The JSON types a schema lets through, `$ref` looked up in `root`; empty where it does not say."""
    return frozenset(_kinds(schema, root or schema or {}, frozenset()))


def _kinds(schema: Any, root: Mapping[str, Any], seen: frozenset[str]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    said = schema.get("type")
    yield from [said] if isinstance(said, str) else said if isinstance(said, list) else []
    if schema.get("nullable") is True:
        yield "null"
    for value in [*(schema.get("enum") or ()), *([schema["const"]] if "const" in schema else ())]:
        if not said:
            yield next(name for kind, name in _KINDS if isinstance(value, kind))
    for part in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(part) or ():
            yield from _kinds(option, root, seen)
    if not said and "properties" in schema:
        yield "object"
    if not said and "items" in schema:
        yield "array"
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from _kinds(_look_up(root, reference), root, seen | {reference})


def _look_up(root: Mapping[str, Any], reference: str) -> Any:
    here: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def is_text(schema: Mapping[str, Any] | None, root: Mapping[str, Any] | None = None) -> bool:
    """Whether a value can only be a string, so that it may be passed on as it comes."""
    return kinds(schema, root) <= {"string"}


def typed(raw: str, schema: Mapping[str, Any] | None, root: Mapping[str, Any] | None = None) -> str:
    """Bare text as the JSON value the schema means by it.

    The text is a string where the schema says so, says nothing, or where no other type it allows
    fits: "007" for a string stays "007", for an integer becomes 7.
    """
    allowed = kinds(schema, root)
    if allowed <= {"string"}:
        return text_of(raw)
    text = raw.strip()
    value: Any
    try:
        value = json.loads(text)
    except ValueError:
        value = _SAID_OTHERWISE.get(text.lower(), raw)
    if isinstance(value, str) and not {"integer", "number"}.isdisjoint(allowed):
        value = _number(text, value)
    if isinstance(value, float) and not math.isfinite(value):
        return text_of(raw)
    if isinstance(value, float) and "number" not in allowed and "integer" in allowed and value.is_integer():
        value = int(value)
    kind = next(name for kind, name in _KINDS if isinstance(value, kind))
    if kind in allowed or (kind == "integer" and "number" in allowed):
        return text if _written_as_json(text, value) else text_of(value)
    return text_of(raw)


def _number(text: str, otherwise: Any) -> Any:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return otherwise


def _written_as_json(text: str, value: Any) -> bool:
    """Whether the model's own spelling can be kept, digits and order and all."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return False
    try:
        return bool(json.loads(text) == value)
    except ValueError:
        return False
