"""All formats of calls: the published kit, and what these models make of them."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_deepseek.dsml import DeepSeekV4, DeepSeekV32, DeepSeekV41
from mlxs_deepseek.tokens import DeepSeekV3, DeepSeekV31

TOOL = Tool(
    name="sow",
    parameters={"type": "object", "properties": {"seed": {"type": "string"}, "rows": {"type": "integer"}}},
)
TOOLS = (TOOL,)


TOKENS = r"<｜tool▁(calls?|output)▁(begin|end)｜>"


class TestDeepSeekV3(ToolParserKit):
    parser = "deepseek_v3"
    framing = TOKENS
    samples = {
        "text, call, text": Sample(
            text="Now.\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>sow\n```json\n"
            '{"seed": "`<"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜> Done.',
            content="Now.\n Done.",
            calls=(("sow", {"seed": "`<"}),),
        ),
        "no call": Sample(
            text="<｜tool▁calls▁begin｜>function<｜tool▁sep｜>", content="<｜tool▁calls▁begin｜>function<｜tool▁sep｜>"
        ),
        "broken off": Sample(
            text='<｜tool▁call▁begin｜>function<｜tool▁sep｜>a\n```json\n{"b": "c', calls=(("a", '{"b": "c'),)
        ),
    }


class TestDeepSeekV31(ToolParserKit):
    parser = "deepseek_v31"
    framing = TOKENS
    samples = {
        "two calls": Sample(
            text='<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>a<｜tool▁sep｜>{"n": 1}<｜tool▁call▁end｜>\n'
            "<｜tool▁call▁begin｜>b<｜tool▁sep｜><｜tool▁call▁end｜>",
            calls=(("a", {"n": 1}), ("b", {})),
        ),
        "no call": Sample(
            text="<｜tool▁call▁begin｜>a<｜tool▁sep｜>[1]", content="<｜tool▁call▁begin｜>a<｜tool▁sep｜>[1]"
        ),
    }


class TestDeepSeekV32(ToolParserKit):
    parser = "deepseek_v32"
    samples = {
        "a call": Sample(
            text='Hm <｜DSML｜invoke name="sow">\n<｜DSML｜parameter name="seed" string="true"> 7<\n'
            '</｜DSML｜parameter><｜DSML｜parameter name="rows" string="false">2</｜DSML｜parameter></｜DSML｜invoke>',
            content="Hm",
            calls=(("sow", {"seed": " 7<\n", "rows": 2}),),
            tools=TOOLS,
        ),
        "no call": Sample(text="<｜DSML｜function_calls>\nSo.", content="<｜DSML｜function_calls>\nSo."),
    }


class TestDeepSeekV4(ToolParserKit):
    parser = "deepseek_v4"
    samples = {
        "a call": Sample(
            text='<｜DSML｜tool_calls>\n<｜DSML｜invoke name="a">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>\nDone.',
            content="\nDone.",
            calls=(("a", {}),),
        ),
        "broken off": Sample(
            text='<｜DSML｜invoke name="a">\n<｜DSML｜parameter name="b" string="true">c', calls=(("a", '{"b": "c'),)
        ),
    }


class TestDeepSeekV41(ToolParserKit):
    parser = "deepseek_v41"
    samples = {
        "a call": Sample(
            text='<｜DSML｜ calls>\n<｜DSML｜ invoke name="a">\n</｜DSML｜ invoke>\n</｜DSML｜ calls>',
            calls=(("a", {}),),
        ),
        "no call": Sample(text="<｜DSML｜calls> <｜DSML｜ calls>", content="<｜DSML｜calls> <｜DSML｜ calls>"),
    }


def heard(kind: type[ToolParser], text: str, tools: tuple[Tool, ...] = TOOLS) -> Said:
    return said(Sample(text=text, tools=tools).read(kind, *text))


def dsml(*parameters: str) -> str:
    return f'<｜DSML｜function_calls><｜DSML｜invoke name="sow">{"".join(parameters)}</｜DSML｜invoke>'


def parameter(key: str, said: str, value: str) -> str:
    return f'<｜DSML｜parameter name="{key}"{said}>{value}</｜DSML｜parameter>'


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        (' string="true"', "7", '"7"'),
        (' string="false"', "7", "7"),
        (' string="false"', '["a", null]', '["a", null]'),
        (' string="false"', "seven", '"seven"'),
        ("", "7", '"7"'),
        ("", "null", '"null"'),
    ],
)
def test_tags_tell_types_where_no_schema_does(said: str, value: str, expected: str) -> None:
    answer = heard(DeepSeekV32, dsml(parameter("depth", said, value)))
    assert answer.calls[0].arguments == f'{{"depth": {expected}}}'


def test_the_schema_tells_types_where_no_tag_does() -> None:
    answer = heard(DeepSeekV32, dsml(parameter("seed", "", "7"), parameter("rows", "", "7")))
    assert answer.calls[0].arguments == '{"seed": "7", "rows": 7}'


@pytest.mark.parametrize(
    "inside",
    [
        '{"seed": "oats", "rows": 2}',
        '\n<｜DSML｜parameter name="seed" string="true">oats<｜DSML｜parameter name="rows" string="false">2',
        "<｜DSML｜parameter name='seed'>oats</｜DSML｜parameter><｜DSML｜parameter name=rows>2</｜DSML｜parameter>",
    ],
)
def test_slips_in_markup(inside: str) -> None:
    answer = heard(DeepSeekV32, dsml(inside))
    assert [(call.arguments, call.complete) for call in answer.calls] == [('{"seed": "oats", "rows": 2}', True)]
    assert answer.content == ""


@pytest.mark.parametrize("block", ["<｜DSML｜tool_calls>", "<｜DSML｜toolcalls>", "<｜DSML｜tool>", ""])
def test_v4_forgets_the_name_of_its_block(block: str) -> None:
    answer = heard(DeepSeekV4, f'Well.\n{block}\n<｜DSML｜invoke name="a">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>')
    assert (answer.content, [call.name for call in answer.calls]) == ("Well.", ["a"])


def test_v4_does_not_read_v41() -> None:
    text = DeepSeekV41().write("a", {})
    assert heard(DeepSeekV4, text).content == text


@pytest.mark.parametrize("json", ['```json\n{"a": 1}\n```', '{"a": 1}', '```\n{"a": 1}```\n', '\n```json{"a": 1}'])
def test_fences_may_be_missing(json: str) -> None:
    call = f"<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n{json}<｜tool▁call▁end｜>"
    answer = heard(DeepSeekV3, f"<｜tool▁calls▁begin｜>\n{call}\n<｜tool▁calls▁end｜>")
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("f", '{"a": 1}', True)]
    assert answer.content == ""


def test_tokens_that_are_no_call_are_no_text() -> None:
    text = "It says <｜tool▁output▁begin｜>7 °C<｜tool▁output▁end｜>.<｜tool▁calls▁begin｜><｜tool▁calls▁end｜>"
    assert heard(DeepSeekV31, text).content == "It says 7 °C."


def test_calls_share_a_section_when_constrained() -> None:
    from mlxs.testing.parsers import allows

    def call(name: str) -> str:
        return f"<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>{{}}<｜tool▁call▁end｜>"

    grammar = DeepSeekV31((Tool(name="a"), Tool(name="b"))).grammar()
    both = f"<｜tool▁calls▁begin｜>{call('a')}{call('b')}<｜tool▁calls▁end｜>"
    assert grammar and allows(grammar, both)
    once = DeepSeekV31((Tool(name="a"), Tool(name="b"))).grammar(most=1)
    assert once and not allows(once, both)


def test_dsml_when_constrained() -> None:
    from mlxs.testing.parsers import allows

    properties: dict[str, Any] = {"seed": {"enum": ["oats", "rye"]}, "depth": {"type": ["string", "integer"]}}
    tool = Tool(name="sow", parameters={"type": "object", "properties": properties, "required": ["seed"]})
    parser = DeepSeekV32((tool,))
    grammar = parser.grammar()
    assert grammar
    for arguments in ({"seed": "oats"}, {"seed": "rye", "depth": "deep"}, {"seed": "rye", "depth": 3}):
        assert allows(grammar, parser.write("sow", arguments))
    assert not allows(grammar, parser.write("sow", {"seed": "wheat"}))
    assert not allows(grammar, parser.write("sow", {"depth": 3}))
