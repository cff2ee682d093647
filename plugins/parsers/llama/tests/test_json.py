"""Llama's calls in JSON: the published kit, and what looks like one."""

from __future__ import annotations

import pytest

from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_llama.json import Llama3Json


class TestLlama3Json(ToolParserKit):
    parser = "llama3_json"
    samples = {
        "one call": Sample(
            text='{"name": "shear", "parameters": {"sheep": {"n": 3}}}', calls=(("shear", {"sheep": {"n": 3}}),)
        ),
        "tagged, and another": Sample(
            text='So: <|python_tag|>{"name": "a", "parameters": {}}; {"type": "x", "name": "b", "parameters": {}}',
            content="So:",
            calls=(("a", {}), ("b", {})),
        ),
        "no call": Sample(
            text='{"name": "Dolly", "age": 6} {"parameters": {}}; <|python_tag|>print(1)',
            content='{"name": "Dolly", "age": 6} {"parameters": {}}; <|python_tag|>print(1)',
        ),
        "broken off": Sample(text='{"name": "shear", "parameters": {"s', calls=(("shear", '{"s'),)),
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "shear"}',
        '{"name": "shear", "parameters": "all"}',
        '{"name": "shear", "description": "Shear sheep.", "parameters": {"type": "object"}}',
        '{"name": "shear", "parameters": ',
        "{name: shear}",
        "f = {x | x > 0}; [{1, 2}]",
    ],
)
def test_other_json_is_text(text: str) -> None:
    answer = said(Sample(text=text).read(Llama3Json, *text))
    assert (answer.content, answer.calls) == (text, ())


def test_a_list_of_calls() -> None:
    text = '[{"name": "a", "parameters": {}}, {"name": "b", "arguments": {"x": 1}}]\nDone; I think.'
    answer = said(Sample(text=text).read(Llama3Json, *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("a", "{}"), ("b", '{"x": 1}')]
    assert answer.content == "\nDone; I think."
