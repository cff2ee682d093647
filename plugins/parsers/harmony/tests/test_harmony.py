"""Harmony: the published kit, and headers of any order."""

from __future__ import annotations

import json

import pytest

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs.testing.parsers import allows
from mlxs_harmony.harmony import Harmony

THOUGHT = "<|channel|>analysis<|message|>Bees?<|end|>"
TOKENS = r"<\|(start|channel|constrain|message|end|return|call)\|>"
FRAMING = TOKENS + "|assistant|analysis|commentary|final|json|code|to=|user|all"


class TestHarmony(ToolParserKit):
    parser = "harmony"
    framing = FRAMING
    marks = ("<|return|>", "<|constrain|>", " to=")
    samples = {
        "thought and call": Sample(
            text=THOUGHT
            + '<|start|>assistant<|channel|>commentary to=functions.hive <|constrain|>json<|message|>{"n": 3}'
            "<|call|>",
            reasoning="Bees?",
            calls=(("hive", {"n": 3}),),
        ),
        "preamble, recipient first": Sample(
            text="<|channel|>commentary<|message|>I look.<|end|><|start|>assistant to=functions.a<|channel|>commentary"
            "<|message|>{}<|call|>",
            content="I look.",
            calls=(("a", {}),),
        ),
        "broken off": Sample(
            text='<|channel|>commentary to=functions.hive<|message|>{"at": "el', calls=(("hive", '{"at": "el'),)
        ),
    }


class TestHarmonyThoughts(ReasoningParserKit):
    parser = "harmony"
    framing = FRAMING
    samples = {
        "thought and answer": Sample(
            text=THOUGHT + "<|start|>assistant<|channel|>final<|message|>Three hives.\n<|return|>",
            prompt="<|start|>assistant",
            reasoning="Bees?",
            content="Three hives.\n",
        ),
        "no header": Sample(text=" Three to=six <b>", prompt="<|start|>assistant", content=" Three to=six <b>"),
        "broken off": Sample(text="<|channel|>analysis<|message|>Bees <|e", reasoning="Bees <|e"),
    }


def heard(text: str, *tools: Tool) -> Said:
    return said(Sample(text=text, tools=tools, prompt="<|start|>assistant").read(Harmony, *text))


@pytest.mark.parametrize(
    "head",
    [
        " to=functions.hive<|channel|>analysis",
        " to=functions.hive<|channel|>commentary <|constrain|>json",
        " to=functions.hive",
        "<|channel|>commentary to=hive json",
        "<|channel|>commentary to=functions.hive<|constrain|>json",
        "<|channel|>analysis to=functions.hive code",
    ],
)
def test_headers_of_calls(head: str) -> None:
    answer = heard(head + '<|message|>{"n": 3}<|call|>')
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("hive", '{"n": 3}', True)]
    assert not answer.content


def test_words_to_itself_and_after_two_channels() -> None:
    answer = heard(
        "<|channel|>commentary to=assistant<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=assistant"
        "<|channel|>final<|message|>So."
    )
    assert (answer.reasoning, answer.content, answer.calls) == ("Hm.", "So.", ())


def test_builtin_tools_take_text() -> None:
    text = '<|channel|>analysis to=python code<|message|>print("3")\n'
    python = Tool(name="python", parameters={"properties": {"code": {"type": "string"}}})
    assert [json.loads(call.arguments) for call in heard(text, python).calls] == [{"code": 'print("3")\n'}]
    assert [(call.name, json.loads(call.arguments)) for call in heard(text + "<|call|>").calls] == [
        ("python", {"input": 'print("3")\n'})
    ]


def test_no_arguments_at_all() -> None:
    answer = heard("<|channel|>commentary to=functions.a<|message|><|call|>")
    assert [(call.arguments, call.complete) for call in answer.calls] == [("{}", True)]


def test_a_call_of_nothing_is_text() -> None:
    text = "<|channel|>commentary to=functions.<|message|>{}"
    answer = heard(text)
    assert (answer.content, answer.calls) == (text, ())


def test_messages_that_do_not_end() -> None:
    answer = heard("<|channel|>analysis<|message|>Hm<|channel|>final<|message|>So<|start|>assistant<|channel|>final")
    assert (answer.reasoning, answer.content) == ("Hm", "So<|channel|>final")


def test_calls_may_be_demanded_after_a_thought() -> None:
    hive = Tool(name="hive", parameters={"type": "object", "properties": {}, "additionalProperties": False})
    grammar = Harmony((hive,)).grammar()
    assert grammar and allows(grammar, "<|start|>assistant" + Harmony().write("hive", {}))
