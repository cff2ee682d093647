"""Tools and schemas, checked before a model sees them."""

from __future__ import annotations

import re
from functools import lru_cache

import orjson

from ..errors import BadRequest
from ..requests import Schema, Tool

NAME = re.compile(r"[a-zA-Z0-9_.:/-]{1,128}")


def check_tool(tool: Tool, param: str) -> None:
    """Raise BadRequest where the tool's name or schema is broken; `param` says which tool it is."""
    if not NAME.fullmatch(tool.name):
        raise BadRequest(
            f"{param}.name: {tool.name!r} is no name for a tool; use up to 128 letters, digits and _ . : / -",
            param=param,
        )
    if tool.parameters.get("type", "object") != "object":
        raise BadRequest(f"{param}.parameters: the schema's type must be 'object', for named arguments", param=param)
    check_schema(tool.parameters, f"{param}.parameters")


def check_schema(schema: Schema, param: str) -> None:
    """Raise BadRequest where it is no JSON Schema."""
    if problem := _problem(orjson.dumps(schema)):
        raise BadRequest(f"{param} is no valid JSON Schema: {problem}", param=param)


@lru_cache(maxsize=1024)
def _problem(schema: bytes) -> str:
    """What is wrong with a schema, as text; "" where nothing is. Agents send the same ones every turn."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(orjson.loads(schema))
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        return f"{error.message}" + (f" (at {where})" if where else "")
    return ""
