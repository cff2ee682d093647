"""Which reader the declared calls want."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from .content import path
from .objects import NamedObject, objects
from .reader import Reading
from .regex import Unsupported
from .tags import Tags, tag
from .template import Field
from .whole import Whole


def reading(field: Field) -> Reading:
    """The reader for what the field declares. Raises Unsupported where that is no calls."""
    name, arguments = _sources(field)
    captured = path(name)
    plain = field.kind == "json" and not set(field.args) - {"allow_non_json"}
    if plain and captured and (keys := _keys(field, captured, path(arguments))):
        return objects(field, *keys)
    if path(arguments) == ["content"] and not field.each and captured != ["content"]:
        named = {"said": name} if captured is None else {"group": captured[0]} if len(captured) == 1 else {}
        if named and plain:
            return partial(NamedObject, field, **named)
        if named and (found := tag(field)):
            return partial(Tags, field, tag=found, **named)
    return partial(Whole, field)


def _sources(field: Field) -> tuple[Any, Any]:
    """Where the transform takes name and arguments from."""
    if field.transform is None and field.kind == "json":
        return None, None
    function = field.transform.get("function", field.transform) if isinstance(field.transform, Mapping) else None
    if function == "{content}" and not field.each:
        return "{content.name}", "{content.arguments}"
    if isinstance(function, Mapping) and isinstance(function.get("name"), str) and "arguments" in function:
        return function["name"], function["arguments"]
    if path(function) is None:
        raise Unsupported("its tool_calls have no function")
    return None, None


def _keys(field: Field, name: list[str], arguments: list[str] | None) -> tuple[str, str] | None:
    """The keys of name and arguments in each object, where that is all the path to them."""
    root = [] if field.each else ["content"]
    if arguments and name[:-1] == root == arguments[:-1]:
        return name[-1], arguments[-1]
    return None
