"""Mistral's calls and thoughts: the published kit, and the dialects."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain
from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs.testing.parsers import allows
from mlxs_mistral.calls import Mistral
from mlxs_mistral.thoughts import Mistral as Thoughts


class TestMistral(ToolParserKit):
    parser = "mistral"
    marks = ("[ARGS]", "[CALL_ID]")
    samples = {
        "a list": Sample(
            text='Look:\n[TOOL_CALLS] [{"name": "dive", "arguments": {"m": 3}, "id": "a1b2c3d4e"}, {"name": "b", '
            '"arguments": {}}]',
            content="Look:",
            calls=(("dive", {"m": 3}), ("b", {})),
        ),
        "names": Sample(
            text='[TOOL_CALLS]dive{"to": "[5]"}[TOOL_CALLS]b[ARGS]{} Right.',
            content=" Right.",
            calls=(("dive", {"to": "[5]"}), ("b", {})),
        ),
        "no call": Sample(
            text="A [TOOL_CALLS] is [TOOL_CALLS]f[ARGS]", content="A [TOOL_CALLS] is [TOOL_CALLS]f[ARGS]"
        ),
        "broken off": Sample(text='[TOOL_CALLS]dive[ARGS]{"to": "th', calls=(("dive", '{"to": "th'),)),
    }


class TestMistralThoughts(ReasoningParserKit):
    parser = "mistral"
    samples = {
        "thought and answer": Sample(text="[THINK]Hm [or]\n[/THINK]\nYes.", reasoning="Hm [or]", content="Yes."),
        "no thought": Sample(text="Yes [THINK", content="Yes [THINK"),
        "a call ends it": Sample(
            text="[THINK]I dive.[TOOL_CALLS]dive{}", reasoning="I dive.", content="[TOOL_CALLS]dive{}"
        ),
    }


def test_names_in_a_row() -> None:
    text = '[TOOL_CALLS]dive[ARGS]{"m": 1}\nb[ARGS]{} and c{}'
    answer = said(Sample(text=text).read(Mistral, *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("dive", '{"m": 1}'), ("b", "{}")]
    assert answer.content == " and c{}"


@pytest.mark.parametrize(
    "text",
    [
        '[TOOL_CALLS]dive[CALL_ID]a1b2c3d4e[ARGS]{"m": 1}',
        '[TOOL_CALLS] dive [ARGS] {"m": 1}',
        '[TOOL_CALLS]dive\n{"m": 1}',
        '[TOOL_CALLS]{"name": "dive", "arguments": {"m": 1}}',
        '[TOOL_CALLS][{"arguments": {"m": 1}, "name": "dive"}',
    ],
)
def test_dialects(text: str) -> None:
    answer = said(Sample(text=text).read(Mistral, *text))
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("dive", '{"m": 1}', True)]
    assert not answer.content


def test_thought_and_call() -> None:
    chain = Chain(Thoughts(), Mistral())
    answer = said([*chain.feed("[THINK]Deep?[/THINK]I dive.[TOOL_CALLS]dive{}"), *chain.finish()])
    assert (answer.reasoning, answer.content, answer.calls[0].name) == ("Deep?", "I dive.", "dive")


def test_a_list_may_be_demanded_too() -> None:
    grammar = Mistral((Tool(name="dive", parameters={"type": "object", "additionalProperties": False}),)).grammar()
    assert grammar and allows(grammar, '[TOOL_CALLS] [{"name": "dive", "arguments": {}}]')
