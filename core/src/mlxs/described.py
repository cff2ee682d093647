"""Options that are known by their JSON schema alone, because their class is installed in another environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Optional

from pydantic import Field, create_model

from .options import ModelOptions

TYPES: Mapping[str, Any] = {"integer": int, "number": float, "boolean": bool, "string": str}
LIMITS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt"}
"""What a schema calls the limits of a number, and what pydantic does. All else is checked by the class itself, in the
model's process."""


def options_type(schema: Mapping[str, Any], renamed: Mapping[str, str]) -> type[ModelOptions]:
    """Options with the fields of a schema: their names, types, limits, defaults and descriptions.

    Args:
        schema: As `ModelOptions.model_json_schema` writes it.
        renamed: As `ModelOptions.renamed`.
    """
    definitions = schema.get("$defs", {})
    fields: dict[str, Any] = {name: _field(said, definitions) for name, said in schema["properties"].items()}
    kind: type[ModelOptions] = create_model(schema.get("title", "Described"), __base__=ModelOptions, **fields)
    kind.renamed = renamed
    return kind


def _field(said: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[Any, Any]:
    kinds = [_followed(one, definitions) for one in said.get("anyOf", [said])]
    own = [one for one in kinds if one.get("type") != "null"]
    annotation = _annotation(own[0], definitions) if len(own) == 1 else Any
    limits = {ours: own[0][theirs] for theirs, ours in LIMITS.items() if len(own) == 1 and theirs in own[0]}
    if len(own) < len(kinds):
        annotation = Optional[annotation]  # noqa: UP045 - Literal of none has no `|`
    default = said.get("default", ...)
    return annotation, Field(default, description=said.get("description"), **limits)


def _annotation(said: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    said = _followed(said, definitions)
    if choices := said.get("enum") or ([said["const"]] if "const" in said else None):
        return Literal[tuple(choices)]
    if said.get("type") == "array":
        return list[_annotation(said.get("items", {}), definitions)]  # type: ignore[misc]
    if said.get("format") in ("path", "file-path", "directory-path"):
        return Path
    return TYPES.get(said.get("type", ""), Any)


def _followed(said: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definitions[said["$ref"].rpartition("/")[2]] if "$ref" in said else said
    return found
