"""K2 Horizon: the published kit, and what tells a value's type."""

from __future__ import annotations

import pytest

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.k2 import Calls

TOOLS = (Tool(name="seek", parameters={"properties": {"what": {"type": "string"}, "most": {"type": "integer"}}}),)


def call(body: str) -> str:
    return f"<ifm|tool_call>{body}</ifm|tool_call>"


def pair(key: str, value: str, kind: str = "") -> str:
    told = f"<ifm|arg_type>{kind}</ifm|arg_type>" if kind else ""
    return f"<ifm|arg_key>{key}</ifm|arg_key>{told}<ifm|arg_value>{value}</ifm|arg_value>"


class TestCalls(ToolParserKit):
    parser = "k2_horizon"
    samples = {
        "two calls": Sample(
            text=f"On it. <ifm|tool_calls>{call('seek' + pair('most', '3'))}\n{call('stop')}</ifm|tool_calls> So.",
            content="On it.  So.",
            calls=(("seek", {"most": 3}), ("stop", {})),
            tools=TOOLS,
        ),
        "as JSON": Sample(
            text=call('{"name": "seek", "arguments": {"most": "3", "what": 3, "x": [1]}}') + "</ifm|tool_calls>",
            calls=(("seek", {"most": 3, "what": "3", "x": [1]}),),
            tools=TOOLS,
        ),
        "broken off": Sample(
            text="Ah <ifm|tool_calls><ifm|tool_call>seek", content="Ah <ifm|tool_calls><ifm|tool_call>seek"
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "k2_horizon"
    marks = ("<ifm|think_faster>", "</ifm|think_fast>")
    samples = {
        "closed as it was not opened": Sample(
            text="Hm.</ifm|think>Yes.", prompt="<ifm|think_fast>", reasoning="Hm.", content="Yes."
        ),
        "opened by nobody": Sample(text="Hm.</ifm|think_faster>\nYes.", reasoning="Hm.", content="Yes."),
        "ended by calls": Sample(text="So <ifm|tool_calls>", reasoning="So", content="<ifm|tool_calls>"),
    }


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        (pair("limit", "7", "integer"), '{"limit": 7}'),
        (pair("limit", "7"), '{"limit": "7"}'),
        (pair("what", "7", "integer"), '{"what": "7"}'),
    ],
)
def test_the_schema_comes_first_and_then_the_type_that_is_told(body: str, arguments: str) -> None:
    answer = said(Sample(text=call(f"seek{body}"), tools=TOOLS).read(Calls, *call(f"seek{body}")))
    assert [(made.arguments, made.complete) for made in answer.calls] == [(arguments, True)]
    assert answer.content == ""
