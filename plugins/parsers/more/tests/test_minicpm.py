"""MiniCPM5: the published kit, and what may stand in a value."""

from __future__ import annotations

import pytest

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.minicpm import Calls

TOOLS = (Tool(name="draw", parameters={"properties": {"svg": {"type": "string"}, "size": {"type": "integer"}}}),)


class TestCalls(ToolParserKit):
    parser = "minicpm5"
    samples = {
        "text, two calls, text": Sample(
            text='Both: <function name="draw"><param name="svg"> a </param><param name="size">3</param></function>\n'
            "<function name='undo'></function> Done.",
            content="Both: \n Done.",
            calls=(("draw", {"svg": " a ", "size": 3}), ("undo", {})),
            tools=TOOLS,
        ),
        "tags in a value": Sample(
            text='<function name="draw"><param name="svg"><![CDATA[<p></param>]] ]></p>]]></param></function>',
            calls=(("draw", {"svg": "<p></param>]] ]></p>"}),),
            tools=TOOLS,
        ),
        "no call": Sample(
            text='A <function name="draw"> of <function name="f"><param>x</param></function>',
            content='A <function name="draw"> of <function name="f"><param>x</param></function>',
        ),
        "broken off": Sample(
            text='<function name="draw"><param name="svg"><![CDATA[<sv', calls=(("draw", '{"svg": "<sv'),), tools=TOOLS
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "minicpm5"
    samples = {
        "opened by the prompt": Sample(text="Hm.</think>\n\nYes.", prompt="<think>\n", reasoning="Hm.", content="Yes."),
        "ended by a call": Sample(
            text='<think>So <function name="undo"></function>',
            reasoning="So",
            content='<function name="undo"></function>',
        ),
    }


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ('<param name="size"><![CDATA[7]]></param>', '{"size": 7}'),
        ('<param name="svg"><![CDATA[]]></param><param name="size">1</param>', '{"svg": "", "size": 1}'),
        ('\n<param name="svg">x</param>\n<param name="more">1</param>\n', '{"svg": "x", "more": "1"}'),
    ],
)
def test_values(body: str, arguments: str) -> None:
    text = f'<function name="draw">{body}</function>'
    answer = said(Sample(text=text, tools=TOOLS).read(Calls, *text))
    assert [(call.arguments, call.complete) for call in answer.calls] == [(arguments, True)]
    assert answer.content == ""


def test_a_function_that_begins_with_no_parameter_of_its_tool_is_text() -> None:
    text = '<function name="draw"><param name="SVG">x</param></function>'
    assert said(Sample(text=text, tools=TOOLS).read(Calls, *text)).content == text
    assert [call.name for call in said(Sample(text=text).read(Calls, *text)).calls] == ["draw"]
