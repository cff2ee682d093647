"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain, Parser, ReasoningParser, ToolParser
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.laws import Said, said
from mlxs_minimax.m2 import MiniMaxM2, MiniMaxM2Thoughts
from mlxs_minimax.m3 import MiniMaxM3, MiniMaxM3Thoughts


class TestMiniMaxM2(ReasoningParserKit):
    parser = "minimax_m2"
    samples = {
        "not opened": Sample(text="Hm</thi\n</think>\n\nYes.", reasoning="Hm</thi", content="Yes."),
        "no thought": Sample(text="</think>Yes </think>.", prompt="]~b]ai\n<think>\n", content="Yes </think>."),
    }


class TestMiniMaxM3(ReasoningParserKit):
    parser = "minimax_m3"
    samples = {
        "thought and answer": Sample(
            text="<mm:think>Hm</think>\n</mm:think>Yes.", reasoning="Hm</think>", content="Yes."
        ),
        "empty thought": Sample(text="</mm:think>\nYes.", prompt="]~b]ai\n", content="Yes."),
    }


class TestAppendThink(ReasoningParserKit):
    parser = "minimax_m2_append_think"
    samples = {
        "thought and answer": Sample(
            text="Hm</think>\n\nYes.", prompt="]~b]ai\n<think>\n", content="<think>Hm</think>\n\nYes."
        ),
        "no prompt": Sample(text="Yes.", content="<think>Yes."),
    }

    @pytest.mark.xfail(reason="the tag that the prompt has said is said again")
    def test_plain_text_untouched(self, kind: type[Parser]) -> None:
        super().test_plain_text_untouched(kind)

    @pytest.mark.xfail(reason="thoughts are text")
    def test_a_megabyte_of_thought(self, kind: type[Parser]) -> None:
        super().test_a_megabyte_of_thought(kind)


def heard(thoughts: type[ReasoningParser], calls: type[ToolParser], text: str) -> Said:
    chain = Chain(thoughts(), calls())
    events = [event for letter in text for event in chain.feed(letter)]
    return said([*events, *chain.finish()])


@pytest.mark.parametrize(
    ("thoughts", "calls", "opening"), [(MiniMaxM2Thoughts, MiniMaxM2, ""), (MiniMaxM3Thoughts, MiniMaxM3, "<mm:think>")]
)
def test_a_call_in_an_open_thought_is_found(
    thoughts: type[ReasoningParser], calls: type[ToolParser], opening: str
) -> None:
    answer = heard(thoughts, calls, f"{opening}I look.\n{calls().write('look', {'at': 'it'})}")
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
