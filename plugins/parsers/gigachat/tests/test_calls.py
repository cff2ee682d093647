"""All formats of calls, and thoughts: the published kit."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain, ToolParser
from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_gigachat.calls import GigaChat3, GigaChat31, GigaChat35
from mlxs_gigachat.thoughts import GigaChat

TOOLS = (Tool(name="hike", parameters={"type": "object", "properties": {"to": {"type": "string"}}}),)


class TestGigaChat3(ToolParserKit):
    parser = "gigachat3"
    samples = {
        "text and a call": Sample(
            text='So.<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "hike", "arguments": {"to": "</s>"}}</s>',
            content="So.",
            calls=(("hike", {"to": "</s>"}),),
        ),
        "no call": Sample(text="function call<|role_sep|>\nSo", content="function call<|role_sep|>\nSo"),
    }


class TestGigaChat31(ToolParserKit):
    parser = "gigachat31"
    samples = {
        "two calls": Sample(
            text='<|function_call|>{"name": "a", "arguments": {}}<|function_call|>{"name": "b", "arguments": {"n": 1}}',
            calls=(("a", {}), ("b", {"n": 1})),
        ),
        "broken off": Sample(
            text='So.\n<|function_call|>{"name": "a", "arguments": {"b": "c', content="So.", calls=(("a", '{"b": "c'),)
        ),
    }


class TestGigaChat35(ToolParserKit):
    parser = "gigachat35"
    samples = {
        "text and a call": Sample(
            text='So.\n<｜GCML｜tool_calls>\n<｜GCML｜invoke name="hike">\n<｜GCML｜parameter name="to" string="true">'
            "1</｜GCML｜parameter>\n</｜GCML｜invoke>\n</｜GCML｜tool_calls>",
            content="So.",
            calls=(("hike", {"to": "1"}),),
            tools=TOOLS,
        ),
        "no call": Sample(text="<｜GCML｜tool_calls> so", content="<｜GCML｜tool_calls> so"),
    }


class TestThoughts(ReasoningParserKit):
    parser = "gigachat35"
    samples = {
        "thought and answer": Sample(text="<think>Hm</thi\n</think>\n\nYes.", reasoning="Hm</thi", content="Yes."),
        "opened by the prompt": Sample(
            text="Hm</think>Yes.", prompt="assistant<|role_sep|>\n<think>", reasoning="Hm", content="Yes."
        ),
    }


def heard(kind: type[ToolParser], text: str) -> Said:
    chain = Chain(GigaChat(), kind(TOOLS))
    events = [event for letter in text for event in chain.feed(letter)]
    return said([*events, *chain.finish()])


@pytest.mark.parametrize("kind", [GigaChat3, GigaChat31])
@pytest.mark.parametrize(
    "opening", ["<|message_sep|>\n\nfunction call<|role_sep|>\n", "function call<|role_sep|>", "<|function_call|>\n"]
)
def test_either_reads_the_other_too(kind: type[ToolParser], opening: str) -> None:
    answer = heard(kind, f'So.{opening}{{"name": "hike", "arguments": {{}}}}<|message_sep|>')
    assert (answer.content, [call.name for call in answer.calls]) == ("So.", ["hike"])


def test_a_call_in_an_open_thought_is_found() -> None:
    answer = heard(GigaChat35, f"<think>I go.\n{GigaChat35().write('hike', {'far': True})}")
    assert (answer.reasoning, answer.content) == ("I go.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("hike", '{"far": true}')]
