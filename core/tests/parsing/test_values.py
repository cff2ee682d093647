"""Bare text, typed by a schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.parsing.values import is_text, item_schema, kinds, member_schema, property_schema, text_of, typed
from mlxs.requests import Tool

PERSON = {
    "type": "object",
    "properties": {
        "age": {"$ref": "#/$defs/age"},
        "self": {"$ref": "#"},
        "gone": {"$ref": "#/$defs/gone"},
        "loop": {"$ref": "#/$defs/loop"},
        "odd": {"$ref": "#/$defs/a~1b"},
    },
    "$defs": {"age": {"type": "integer"}, "loop": {"$ref": "#/$defs/loop"}, "a/b": {"type": "boolean"}},
}


def read_as(raw: str, schema: Any, root: Any = None) -> Any:
    return json.loads(typed(raw, schema, root), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize(
    ("raw", "schema", "value"),
    [
        ("007", {"type": "string"}, "007"),
        ("007", None, "007"),
        ("007", {}, "007"),
        ("007", {"type": "integer"}, 7),
        ("true", {"type": "string"}, "true"),
        (" a \n", {"type": "string"}, " a \n"),
        ('"a"', {"type": "string"}, '"a"'),
        ("12", {"type": "number"}, 12),
        ("1.50", {"type": "number"}, 1.5),
        ("+1e3", {"type": "number"}, 1000.0),
        ("3.0", {"type": "integer"}, 3),
        ("3.5", {"type": "integer"}, "3.5"),
        ("many", {"type": "integer"}, "many"),
        ("9" * 30, {"type": "integer"}, int("9" * 30)),
        ("9" * 9999, {"type": "integer"}, "9" * 9999),
        ("1", {"type": "boolean"}, "1"),
        ("True", {"type": "boolean"}, True),
        ("false", {"type": "boolean"}, False),
        ("None", {"type": "null"}, None),
        ("null", {"type": ["string", "null"]}, None),
        ("nil", {"type": ["string", "null"]}, "nil"),
        ("null", {"type": "string", "nullable": True}, None),
        ('"null"', {"type": ["string", "null"]}, "null"),
        ('"5"', {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "5"),
        ("5", {"anyOf": [{"type": "string"}, {"type": "integer"}]}, 5),
        ("007", {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "007"),
        ("5", {"oneOf": [{"enum": ["a", 5]}]}, 5),
        ("5", {"const": "5"}, "5"),
        ("5", {"const": 5}, 5),
        ('["a", 1]', {"type": "array"}, ["a", 1]),
        ("['a', None, (1, 2)]", {"type": "array"}, ["a", None, [1, 2]]),
        ("(1, 2)", {"type": "array"}, [1, 2]),
        ('{"a": {"b": 1}}', {"type": "object"}, {"a": {"b": 1}}),
        ("{'a': True}", {"properties": {"a": {}}}, {"a": True}),
        ('{"a": "two\nlines"}', {"type": "object"}, {"a": "two\nlines"}),
        ("{1, 2}", {"type": "object"}, "{1, 2}"),
        ("[b'x']", {"type": "array"}, "[b'x']"),
        ("[1, oops]", {"items": {}}, "[1, oops]"),
        ("{not", {"type": ["object", "string"]}, "{not"),
        ("1.5", {"type": "float"}, 1.5),
        ("[1]", {"type": "list"}, [1]),
        ("5", True, "5"),
        ("5", {"type": ["string", ["nonsense"], 4], "enum": 3, "anyOf": {"type": "integer"}}, "5"),
    ],
)
def test_typed(raw: str, schema: Any, value: Any) -> None:
    found = read_as(raw, schema)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "raw", ["NaN", "Infinity", "-Infinity", "nan", "inf", "1e999", "[NaN]", '{"a": Infinity}', "[1e999]"]
)
@pytest.mark.parametrize("kind", ["number", "integer", "array", "object"])
def test_never_what_json_cannot_say(raw: str, kind: str) -> None:
    read_as(raw, {"type": kind})


@pytest.mark.parametrize("raw", ["[" * 100_000, "{" * 100_000, "(" * 100_000])
def test_depth_is_no_matter(raw: str) -> None:
    assert read_as(raw, {"type": "array"}) == raw


def test_spelling_of_json_is_kept() -> None:
    raw = '{"b": 1.50,\n "a": [1e3]}'
    assert typed(f" {raw} ", {"type": "object"}) == raw


@pytest.mark.parametrize(
    ("key", "allowed"),
    [("age", {"integer"}), ("self", {"object"}), ("gone", set()), ("loop", set()), ("odd", {"boolean"})],
)
def test_references(key: str, allowed: set[str]) -> None:
    assert kinds(property_schema(Tool(name="f", parameters=PERSON), key), PERSON) == allowed


def test_what_a_tool_says_of_an_argument() -> None:
    some = Tool(
        name="f", parameters={"properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "null"}}
    )
    none = Tool(name="f", parameters={"type": "object", "additionalProperties": False})
    assert property_schema(some, "a") == {"type": "integer"}
    assert property_schema(some, "b") == {"type": "null"}
    assert property_schema(none, "a") is None
    assert property_schema(None, "a") is None


def test_what_a_schema_says_of_what_is_inside() -> None:
    either = {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"$ref": "#/$defs/person"}]}
    root = {"$defs": {"person": {"properties": {"age": {"type": "integer"}}, "additionalProperties": {"type": "null"}}}}
    assert item_schema(either, root) == member_schema(either, "age", root) == {"type": "integer"}
    assert member_schema(either, "name", root) == {"type": "null"}
    assert item_schema(root["$defs"]["person"]) is member_schema(either, "age") is item_schema(None) is None


def test_only_strings_may_be_passed_on_as_they_come() -> None:
    assert is_text(None)
    assert is_text({"enum": ["a", "b"]})
    assert not is_text({"type": ["string", "null"]})
    assert not is_text({"$ref": "#/$defs/age"}, PERSON)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, database=None)
@given(JSON, st.booleans())
def test_any_json_is_read_back(value: Any, python: bool) -> None:
    anything = {"type": ["boolean", "integer", "number", "string", "array", "object", "null"]}
    written = repr(value) if python and isinstance(value, list | dict) else text_of(value)
    assert read_as(written, anything) == value


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(), st.sampled_from(["integer", "number", "boolean", "null", "array", "object"]))
def test_any_text_becomes_json(raw: str, kind: str) -> None:
    value = read_as(raw, {"type": kind})
    assert value == raw or not isinstance(value, str)
