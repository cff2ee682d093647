"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain, ToolParser
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.laws import Said, said
from mlxs_deepseek.dsml import DeepSeekV4, DeepSeekV32, DeepSeekV41
from mlxs_deepseek.thoughts import DeepSeek
from mlxs_deepseek.tokens import DeepSeekV31


class TestDeepSeek(ReasoningParserKit):
    parser = "deepseek_v3"
    samples = {
        "opened by the prompt": Sample(
            text="Hm</thi\n</think>\n\nYes.", prompt="<｜Assistant｜><think>", reasoning="Hm</thi", content="Yes."
        ),
        "closed by the prompt": Sample(text="Yes</think>.", prompt="<｜Assistant｜></think>", content="Yes</think>."),
        "no thought": Sample(text="</think>Yes </think>.", content="Yes </think>."),
    }


class TestDeepSeekR1(ReasoningParserKit):
    parser = "deepseek_r1"
    samples = {
        "not opened": Sample(text="\nHm.\n</think>\nYes.", reasoning="Hm.", content="Yes."),
        "opened": Sample(text="<think>Hm </think>Yes <think>.", reasoning="Hm", content="Yes <think>."),
        "closed by the prompt": Sample(text="Yes.", prompt="<｜Assistant｜></think>", content="Yes."),
    }


def heard(calls: type[ToolParser], text: str) -> Said:
    chain = Chain(DeepSeek(), calls())
    events = [event for letter in text for event in chain.feed(letter)]
    return said([*events, *chain.finish()])


@pytest.mark.parametrize("calls", [DeepSeekV31, DeepSeekV32, DeepSeekV4, DeepSeekV41])
def test_a_call_in_an_open_thought_is_found(calls: type[ToolParser]) -> None:
    answer = heard(calls, f"<think>\nI look.\n\n{calls().write('look', {'at': 'it'})}")
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]


def test_a_tag_in_a_thought_is_no_call() -> None:
    answer = heard(DeepSeekV4, '<think>Not <｜DSML｜invoke name="a"> nor <｜DSML｜tool_calls>!</think>Right.')
    assert answer.reasoning == 'Not <｜DSML｜invoke name="a"> nor <｜DSML｜tool_calls>!'
    assert (answer.content, answer.calls) == ("Right.", ())
