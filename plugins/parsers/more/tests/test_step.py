"""Step 3: the published kit, and the tokens around calls."""

from __future__ import annotations

import pytest

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.step import Calls

TOOLS = (Tool(name="walk", parameters={"properties": {"to": {"type": "string"}, "steps": {"type": "integer"}}}),)


class TestCalls(ToolParserKit):
    parser = "step3"
    samples = {
        "one call": Sample(
            text='Go.\n<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="walk">'
            '<steptml:parameter name="steps">9</steptml:parameter></steptml:invoke><｜tool_call_end｜>'
            "<｜tool_calls_end｜>",
            content="Go.",
            calls=(("walk", {"steps": 9}),),
            tools=TOOLS,
        ),
        "broken off": Sample(
            text='<｜tool_call_begin｜><steptml:invoke name="walk">\n<steptml:parameter name="to">a < b',
            calls=(("walk", '{"to": "a < b'),),
            tools=TOOLS,
        ),
    }
    marks = ("<｜tool_call_begin｜>function", "</steptml:")


class TestThoughts(ReasoningParserKit):
    parser = "step3"
    samples = {
        "opened by nobody": Sample(text="Hm.\n</think>\nYes.", reasoning="Hm.", content="Yes."),
    }


@pytest.mark.parametrize(
    "between",
    [
        "<｜tool_call_end｜>\n<｜tool_call_begin｜>function<｜tool_sep｜>",
        "<｜tool_call_end｜><｜tool_calls_end｜><｜tool_calls_begin｜>\n<｜tool_call_begin｜>",
        "<｜tool_call_end｜>",
        "",
    ],
)
def test_tokens_may_be_missing(between: str) -> None:
    invoke = '<steptml:invoke name="wait"></steptml:invoke>'
    text = (
        f"<｜tool_calls_begin｜><｜tool_call_begin｜>{invoke}{between}{invoke}<｜tool_call_end｜><｜tool_calls_end｜>"
    )
    answer = said(Sample(text=text).read(Calls, *text))
    assert [(call.name, call.complete) for call in answer.calls] == [("wait", True)] * 2
    assert answer.content == ""
