"""Families that write JSON, or what looks like it: the published kit."""

from __future__ import annotations

import pytest

from mlxs.parsing import ToolParser
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more import internlm, jamba, phi, sarashina


class TestApertus(ToolParserKit):
    parser = "apertus"
    samples = {
        "two calls": Sample(
            text='So: <|tools_prefix|>[{"row": {"to": "Thun"}}, {"b": {}}]<|tools_suffix|>!',
            content="So: !",
            calls=(("row", {"to": "Thun"}), ("b", {})),
        ),
        "no call": Sample(text="<|tools_prefix|>[1]<|tools_suffix|>", content="<|tools_prefix|>[1]<|tools_suffix|>"),
    }


class TestApriel(ToolParserKit):
    parser = "apriel"
    samples = {"one call": Sample(text='<tool_calls>[{"name": "a", "arguments": {}}]</tool_calls>', calls=(("a", {}),))}


class TestInternLm(ToolParserKit):
    parser = "internlm"
    samples = {
        "one call": Sample(
            text='<|action_start|><|plugin|>\n{"name": "row", "parameters": {"n": 2}}<|action_end|>',
            calls=(("row", {"n": 2}),),
        ),
        "no call": Sample(text="<|action_start|><|plugin|>{}", content="<|action_start|><|plugin|>{}"),
    }


class TestJamba(ToolParserKit):
    parser = "jamba"
    samples = {
        "two calls": Sample(
            text='So.\n<tool_calls>[\n    {"name": "row", "arguments": {"n": 2}},\n    {"name": "b", "arguments": {}}\n'
            "]</tool_calls>",
            content="So.",
            calls=(("row", {"n": 2}), ("b", {})),
        ),
        "broken off": Sample(text='<tool_calls>[{"name": "row", "arguments": {"to', calls=(("row", '{"to'),)),
    }


class TestPhi4Mini(ToolParserKit):
    parser = "phi4_mini_json"
    samples = {
        "two calls": Sample(
            text=' functools[{"name": "row", "arguments": {"n": 2}}, {"arguments": {}, "name": "b"}]',
            calls=(("row", {"n": 2}), ("b", {})),
        ),
        "no call": Sample(text="import functools\nfunctools[0]", content="import functools\nfunctools[0]"),
    }


class TestReka(ToolParserKit):
    parser = "reka"
    samples = {
        "one call": Sample(text='<tool_call>\n{"name": "a", "arguments": {}}</tool_call>', calls=(("a", {}),)),
    }


class TestSarashina(ToolParserKit):
    parser = "sarashina"
    samples = {
        "two calls": Sample(
            text="So: [{'name': 'row', 'arguments': {'to': \"Thun's\", 'x': (None,)}}, {'name': 'b', 'arguments': {}}]",
            content="So:",
            calls=(("row", {"to": "Thun's", "x": [None]}), ("b", {})),
        ),
        "no call": Sample(text="<|tool_calls|>[{'name': 'x'}], [3]", content="<|tool_calls|>[{'name': 'x'}], [3]"),
    }


class TestApertusThoughts(ReasoningParserKit):
    parser = "apertus"
    samples = {
        "thought and answer": Sample(
            text="<|inner_prefix|>Deep.<|inner_suffix|>Row.", reasoning="Deep.", content="Row."
        ),
        "a call inside": Sample(
            text="<|inner_prefix|>Hm<|tools_prefix|>[]<|tools_suffix|>So<|inner_suffix|>Row.",
            reasoning="Hm",
            content="<|tools_prefix|>[]<|tools_suffix|>SoRow.",
        ),
    }


class TestAprielThoughts(ReasoningParserKit):
    parser = "apriel"
    samples = {
        "begun by the prompt": Sample(
            text="Deep.\n[BEGIN FINAL RESPONSE]\nRow.\n[END FINAL RESPONSE]\n",
            prompt="<|begin_assistant|>\nHere are my reasoning steps:\n",
            reasoning="Deep.",
            content="Row.\n",
        )
    }


class TestInternLmThoughts(ReasoningParserKit):
    parser = "internlm"
    samples = {
        "a call ends it": Sample(
            text="<think>Hm\n<|action_start|><|plugin|>{}", reasoning="Hm", content="<|action_start|><|plugin|>{}"
        )
    }


class TestRekaThoughts(ReasoningParserKit):
    parser = "reka"
    samples = {
        "a call inside": Sample(
            text="<think>\n<tool_call>{}\n</think>\n\nYes.", reasoning="<tool_call>{}", content="Yes."
        )
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (phi.Calls, '<|tool_call|>{"name": "a", "arguments": {"x": 1}}<|/tool_call|>'),
        (sarashina.Calls, "<|tool_calls|>[{'arguments': {'x': 1}, 'name': 'a'}]"),
        (sarashina.Calls, '[{"name": "a", "arguments": {"x": 1}}]'),
        (jamba.Calls, '<tool_calls>{"name": "a", "arguments": {"x": 1}}</tool_calls>'),
        (internlm.Calls, '<|action_start|> <|plugin|>{"name": "a", "parameters": {"x": 1}}<|action_end|>'),
        (internlm.Calls, '<|action_start|><|plugin|>[{"name": "a", "arguments": {"x": 1}}]'),
    ],
)
def test_other_ways_to_say_it(kind: type[ToolParser], text: str) -> None:
    answer = said(Sample(text=text).read(kind, *text))
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("a", '{"x": 1}', True)]
    assert not answer.content
