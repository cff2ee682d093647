"""Both formats of calls: the published kit, and what these models make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_minimax.m2 import MiniMaxM2
from mlxs_minimax.m3 import MARK, MiniMaxM3

HEAT = {"heat": {"type": "integer"}, "fan": {"type": "boolean"}}
OVEN = {"type": "object", "properties": HEAT, "required": ["heat"]}
PROPERTIES: dict[str, Any] = {
    "name": {"type": "string"},
    "minutes": {"type": "integer"},
    "steps": {"type": "array", "items": {"type": "string"}},
    "oven": OVEN,
    "layers": {"type": "array", "items": {"type": "object", "properties": {"of": {"type": "string"}}}},
    "either": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"$ref": "#/$defs/range"}]},
    "free": {"type": "object"},
}
RANGE = {"type": "object", "properties": {"most": {"type": "integer"}}}
TOOLS = (Tool(name="bake", parameters={"type": "object", "properties": PROPERTIES, "$defs": {"range": RANGE}}),)


class TestMiniMaxM2(ToolParserKit):
    parser = "minimax_m2"
    samples = {
        "text, calls, text": Sample(
            text='So.\n<minimax:tool_call>\n<invoke name="bake">\n<parameter name="name"> a<b\n</parameter>\n'
            '<parameter name="minutes">7</parameter>\n</invoke>\n<invoke name="b"></invoke></minimax:tool_call> Yes',
            content="So.\n\n Yes",
            calls=(("bake", {"name": " a<b\n", "minutes": 7}), ("b", {})),
            tools=TOOLS,
        ),
        "broken off": Sample(text='<invoke name="a"><parameter name="b">c', calls=(("a", '{"b": "c'),)),
        "no call": Sample(
            text='<minimax:tool_call> <invoke name="a">', content='<minimax:tool_call> <invoke name="a">'
        ),
    }


class TestMiniMaxM3(ToolParserKit):
    parser = "minimax_m3"
    samples = {
        "nested": Sample(
            text=f'So.\n{MARK}<invoke name="bake">{MARK}<name>a <]{MARK}</name>{MARK}<oven>{MARK}<heat>9{MARK}</heat>'
            f"{MARK}</oven>{MARK}</invoke>",
            content="So.",
            calls=(("bake", {"name": "a <]", "oven": {"heat": 9}}),),
            tools=TOOLS,
        ),
        "broken off": Sample(text=f'{MARK}<invoke name="a">{MARK}<b>c', calls=(("a", '{"b": "c'),)),
        "no call": Sample(text=f"{MARK}<tool_call>\n]<]", content=f"{MARK}<tool_call>\n]<]"),
    }


def heard(kind: type[ToolParser], text: str, tools: tuple[Tool, ...] = TOOLS) -> Said:
    return said(Sample(text=text, tools=tools).read(kind, *text))


def test_an_unknown_function_after_a_known_one_is_a_call() -> None:
    text = '<minimax:tool_call><invoke name="bake"></invoke><invoke name="fry"></invoke></minimax:tool_call>'
    assert [call.name for call in heard(MiniMaxM2, text).calls] == ["bake", "fry"]


def test_an_untagged_function_must_be_a_tool() -> None:
    text = 'In XML: <invoke name="fry"></invoke>'
    assert heard(MiniMaxM2, text).content == text
    assert [call.name for call in heard(MiniMaxM2, text, (Tool(name="fry"),)).calls] == ["fry"]


def tags(said: str) -> str:
    """Tags as MiniMax M3 marks them."""
    return said.replace("<", f"{MARK}<")


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ("", {}),
        ("<name>007</name><minutes>007</minutes>", {"name": "007", "minutes": 7}),
        ("<name></name><steps></steps><oven></oven>", {"name": "", "steps": [], "oven": {}}),
        ("<steps><item>a</item>\n<item>b</item></steps>", {"steps": ["a", "b"]}),
        ("<steps><step>a</step></steps>", {"steps": ["a"]}),
        ('<steps>["a", "b"]</steps>', {"steps": ["a", "b"]}),
        ("<oven>\n <heat>9</heat>\n <fan>true</fan></oven>", {"oven": {"heat": 9, "fan": True}}),
        ("<layers><item><of>1</of></item><item></item></layers>", {"layers": [{"of": "1"}, {}]}),
        ("<either><item>1</item><item>2</item></either>", {"either": [1, 2]}),
        ("<either><most>3</most></either>", {"either": {"most": 3}}),
        ("<free><a>1</a><a>2</a><b><item>3</item></b></free>", {"free": {"a": ["1", "2"], "b": ["3"]}}),
        ("<new>1</new><other><x>1</x></other>", {"new": "1", "other": {"x": "1"}}),
        ("<oven><heat>9</invoke>", {"oven": {"heat": 9}}),
        ("<name>a<minutes>1</minutes>", {"name": "a", "minutes": 1}),
        ("</name><minutes>1</minutes>", {"minutes": 1}),
    ],
)
def test_tags_nest_as_the_schema_says(body: str, arguments: Any) -> None:
    answer = heard(MiniMaxM3, tags(f'<tool_call>\n<invoke name="bake">{body}</invoke>\n</tool_call>'))
    assert [(json.loads(call.arguments), call.complete) for call in answer.calls] == [(arguments, True)]


@pytest.mark.parametrize("body", ["<oven><heat>9</heat>", "<oven><heat", "<steps><item>a</it", "<minutes>1"])
def test_what_breaks_off_in_a_value_has_none(body: str) -> None:
    call = heard(MiniMaxM3, tags(f'<invoke name="bake"><name>x</name>{body}')).calls[0]
    assert call.arguments.startswith('{"name": "x", "') and call.arguments.endswith('": ') and not call.complete


def test_objects_are_written_and_constrained_as_tags() -> None:
    from mlxs.testing.parsers import allows

    parser = MiniMaxM3((Tool(name="bake", parameters={"properties": {"oven": OVEN}, "required": ["oven"]}),))
    text, grammar = parser.write("bake", {"oven": {"heat": 9}}), parser.grammar()
    assert tags("<oven><heat>9</heat></oven>") in text
    assert grammar and allows(grammar, text)
    assert not allows(grammar, parser.write("bake", {"oven": {"fan": True}}))
