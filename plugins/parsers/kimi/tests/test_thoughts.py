"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain, ReasoningParser, ToolParser
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.laws import Said, said
from mlxs_kimi.thoughts import KimiK2 as Thoughts
from mlxs_kimi.tokens import KimiK2
from mlxs_kimi.xtml import KimiK3, KimiK3Thoughts

PROMPT = '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>'


class TestKimiK2(ReasoningParserKit):
    parser = "kimi_k2"
    samples = {
        "thought and answer": Sample(text="<think>Hm</th\n</think>\n\nYes.", reasoning="Hm</th", content="Yes."),
        "empty thought": Sample(text="</think>Yes.", content="Yes."),
        "ended by a call": Sample(
            text="<think>Hm <|tool_calls_section_begin|>", reasoning="Hm", content="<|tool_calls_section_begin|>"
        ),
    }


class TestKimi(ReasoningParserKit):
    parser = "kimi"
    samples = {
        "thought and answer": Sample(text="◁think▷Hm◁/thin\n◁/think▷\nYes.", reasoning="Hm◁/thin", content="Yes."),
        "no thought": Sample(text="Yes ◁/think▷ <think>.", content="Yes ◁/think▷ <think>."),
    }


class TestKimiK3(ReasoningParserKit):
    parser = "kimi_k3"
    samples = {
        "opened by the prompt": Sample(
            text="Hm <|close|>no\n<|close|>think<|sep|><|open|>response<|sep|> Yes.<|close|>response<|sep|>",
            prompt=PROMPT,
            reasoning="Hm <|close|>no",
            content=" Yes.",
        ),
        "ended by a call": Sample(
            text="<|open|>think<|sep|>Hm\n<|open|>tools<|sep|><|close|>think<|sep|>",
            reasoning="Hm",
            content="<|open|>tools<|sep|><|close|>think<|sep|>",
        ),
    }


def heard(thoughts: type[ReasoningParser], calls: type[ToolParser], text: str) -> Said:
    chain = Chain(thoughts(), calls())
    events = [event for letter in text for event in chain.feed(letter)]
    return said([*events, *chain.finish()])


@pytest.mark.parametrize(
    ("thoughts", "calls", "begin", "end"),
    [
        (Thoughts, KimiK2, "<think>", "</think>"),
        (Thoughts, KimiK2, "<think>", ""),
        (KimiK3Thoughts, KimiK3, "<|open|>think<|sep|>", "<|close|>think<|sep|><|close|>message<|sep|>"),
    ],
)
def test_a_call_in_an_open_thought_is_found(
    thoughts: type[ReasoningParser], calls: type[ToolParser], begin: str, end: str
) -> None:
    answer = heard(thoughts, calls, f"{begin}I look.\n{calls().write('look', {'at': 'it'})}{end}")
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
