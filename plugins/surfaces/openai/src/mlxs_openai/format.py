"""What the text of an answer must look like: `response_format`, and vLLM's names for more of the same.

https://platform.openai.com/docs/guides/structured-outputs
https://docs.vllm.ai/en/latest/features/structured_outputs.html
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.grammar import Either, Grammar, Json, Lark, Lit, Pattern
from mlxs.server.schemas import check_schema

from .messages import Body


class JsonSchema(Body):
    name: str = "answer"
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None


class ResponseFormat(Body):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    def grammar(self) -> Grammar | None:
        if self.type == "text":
            return None
        if self.type == "json_object":
            return Json({"type": "object"})
        if self.json_schema is None:
            raise BadRequest("response_format.json_schema is missing", param="response_format.json_schema")
        return _schema(self.json_schema.schema_ or {"type": "object"}, "response_format.json_schema.schema")


class StructuredOutputs(Body):
    json_: dict[str, Any] | str | None = Field(None, alias="json")
    regex: str | None = None
    choice: list[str] | None = None
    grammar: str | None = None
    json_object: bool | None = None


def structured(outputs: StructuredOutputs, param: str) -> list[Grammar]:
    """The grammars that structured outputs ask for; more than one is a contradiction."""
    said: list[Grammar] = []
    if outputs.json_ is not None:
        said.append(_schema(_parsed(outputs.json_, param), param))
    if outputs.json_object:
        said.append(Json({"type": "object"}))
    if outputs.regex is not None:
        said.append(_pattern(outputs.regex, param))
    if outputs.choice is not None:
        if not outputs.choice:
            raise BadRequest(f"{param}: the choice is empty; name at least one answer", param=param)
        said.append(Either(tuple(Lit(choice) for choice in outputs.choice)))
    if outputs.grammar is not None:
        said.append(Lark(outputs.grammar))
    return said


def _parsed(schema: dict[str, Any] | str, param: str) -> dict[str, Any]:
    try:
        parsed = json.loads(schema) if isinstance(schema, str) else schema
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise BadRequest(f"{param}: the schema is no JSON object", param=param)
    return parsed


def _schema(schema: dict[str, Any], param: str) -> Grammar:
    check_schema(schema, param)
    return Json(schema)


def _pattern(regex: str, param: str) -> Grammar:
    try:
        re.compile(regex)
    except re.error as error:
        raise BadRequest(f"{param}: {regex!r} is no regular expression: {error}", param=param) from None
    return Pattern(regex)
