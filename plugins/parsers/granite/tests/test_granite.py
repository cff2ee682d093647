"""Granite's calls and thoughts: the published kit, and the slips that these models make."""

from __future__ import annotations

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_granite.calls import Granite, Granite20bFc

TIDE = Tool(
    name="tide_at",
    parameters={
        "type": "object",
        "properties": {"harbour": {"type": "string"}, "hours": {"type": "integer"}},
        "required": ["harbour"],
    },
)


class TestGranite(ToolParserKit):
    parser = "granite"
    samples = {
        "two calls and text": Sample(
            text='I look.\n<|tool_call|>[{"name": "tide_at", "arguments": {"harbour": "Büsum"}}, '
            '{"arguments": {"n": [1]}, "name": "b"}]\nDone.',
            content="I look.\n\nDone.",
            calls=(("tide_at", {"harbour": "Büsum"}), ("b", {"n": [1]})),
        ),
        "as Granite 3.1 does": Sample(
            text='<tool_call> [\n  {"name": "a", "arguments": {}}\n]</tool_call>', calls=(("a", {}),)
        ),
        "no call": Sample(
            text="<|tool_call|> [1, 2] and <tool_call>[]", content="<|tool_call|> [1, 2] and <tool_call>[]"
        ),
        "broken off": Sample(
            text='<|tool_call|>[{"name": "tide_at", "arguments": {"harbour": "Hus',
            calls=(("tide_at", '{"harbour": "Hus'),),
        ),
    }


class TestGranite20bFc(ToolParserKit):
    parser = "granite_20b_fc"
    samples = {
        "two calls": Sample(
            text='<function_call> {"name": "tide_at", "arguments": {"harbour": "List"}}\n'
            '<function_call> {"name": "b", "arguments": {}}',
            calls=(("tide_at", {"harbour": "List"}), ("b", {})),
        ),
        "no call": Sample(text='A <function_call> {"name": 1}', content='A <function_call> {"name": 1}'),
    }


class TestGraniteThinking(ToolParserKit):
    parser = "granite_thinking"
    samples = {
        "one call": Sample(
            text="So: <tool_call>\n<function=tide_at>\n<parameter=hours>07</parameter>\n</function>\n</tool_call>",
            content="So:",
            calls=(("tide_at", {"hours": 7}),),
            tools=(TIDE,),
        )
    }


class TestGraniteThoughts(ReasoningParserKit):
    parser = "granite"
    framing = "</?response>"
    samples = {
        "in words": Sample(
            text="Here is my thought process:\n\nEbb at 3.\n\nHere is my response:\nGo at 2.\n",
            reasoning="Ebb at 3.",
            content="Go at 2.\n",
        ),
        "in other words": Sample(
            text="Here's my thought process: Hm. Here's my response:\nYes.", reasoning="Hm.", content="Yes."
        ),
        "in tags": Sample(
            text="<think>Ebb.</think><response>Go at 2.</response>", reasoning="Ebb.", content="Go at 2."
        ),
        "no thought": Sample(text="Here is my thought.", content="Here is my thought."),
    }


class TestThinking(ReasoningParserKit):
    parser = "granite_thinking"
    samples = {
        "begun by the prompt": Sample(text="Low water.</think>\nGo at 2.", reasoning="Low water.", content="Go at 2."),
        "begun again": Sample(text="<think>\nHm\n</think>Yes.", reasoning="Hm", content="Yes."),
        "a call ends it": Sample(
            text="Hm\n<tool_call>\n<function=a>\n</function>\n</tool_call>",
            reasoning="Hm",
            content="<tool_call>\n<function=a>\n</function>\n</tool_call>",
        ),
    }


@pytest.mark.parametrize("kind", [Granite, Granite20bFc])
@pytest.mark.parametrize("body", ['{"name": "a", "arguments": {"x": 1}', '{"name": "a", "arguments": {"x": 1}}]'])
def test_brackets_forgotten(kind: type[ToolParser], body: str) -> None:
    text = kind.openings[0] + body
    answer = said(Sample(text=text).read(kind, *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("a", '{"x": 1}')]
