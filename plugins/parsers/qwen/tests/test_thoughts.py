"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from mlxs.parsing import Chain, ToolParser, read
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.drawn import soups
from mlxs.testing.laws import Said, said
from mlxs_qwen.calls import Qwen3, Qwen3Coder
from mlxs_qwen.thoughts import Qwen3 as Thoughts


class TestQwen3(ReasoningParserKit):
    parser = "qwen3"
    samples = {
        "thought and answer": Sample(
            text="<think>\nTwo ferries, so 2 < 3.\n\nOr </think?\n</think>\n\n  Take the first.\n",
            reasoning="Two ferries, so 2 < 3.\n\nOr </think?",
            content="  Take the first.\n",
        ),
        "opened by the prompt": Sample(
            text="Hm.</think>\n\nYes.", prompt="<|im_start|>assistant\n<think>\n", reasoning="Hm.", content="Yes."
        ),
        "opened twice": Sample(
            text="<think>\nHm.\n</think>\nYes.",
            prompt="<|im_start|>assistant\n<think>\n",
            reasoning="Hm.",
            content="Yes.",
        ),
        "closed by the prompt": Sample(
            text="Yes: <think>\n", prompt="<|im_start|>assistant\n<think>\n\n</think>\n\n", content="Yes: <think>\n"
        ),
        "no thought": Sample(text="Yes </think>, <thin", content="Yes </think>, <thin"),
        "empty thought": Sample(text="<think>\n\n</think>\n\nYes.", content="Yes."),
        "only one thought": Sample(
            text="Oh <think>a</think>b <think>c</think>", reasoning="a", content="Oh b <think>c</think>"
        ),
        "ended by a call": Sample(
            text='<think>I call it.\n\n<tool_call>\n{"name": "a"}\n</tool_call>\n</think>\nRight.',
            reasoning="I call it.",
            content='<tool_call>\n{"name": "a"}\n</tool_call>\nRight.',
        ),
        "tags that are no call": Sample(
            text="<think>A <tool_call> tag, a <tool_call>\n<function> too</think>Yes.",
            reasoning="A <tool_call> tag, a <tool_call>\n<function> too",
            content="Yes.",
        ),
        "after a call there is no thought": Sample(
            text='<tool_call>{"name": "a", "arguments": {"t": "<think>"}}</tool_call>',
            content='<tool_call>{"name": "a", "arguments": {"t": "<think>"}}</tool_call>',
        ),
        "broken off": Sample(text="<think>\nWell, ", reasoning="Well, "),
    }


class TestQwen35(ReasoningParserKit):
    parser = "qwen3_5"
    samples = {
        "opened by nobody": Sample(
            text="Hm. A <think>, 2 < 3.\n</think>\n\nYes.", reasoning="Hm. A <think>, 2 < 3.", content="Yes."
        ),
        "opened by the model": Sample(
            text="<think>\nHm.</think>Yes.", prompt="<|im_start|>assistant\n", reasoning="Hm.", content="Yes."
        ),
        "closed by the prompt": Sample(
            text="Yes </think>", prompt="<|im_start|>assistant\n<think>\n\n</think>\n\n", content="Yes </think>"
        ),
        "ended by a call": Sample(
            text="So\n<tool_call>\n<function=a>", reasoning="So", content="<tool_call>\n<function=a>"
        ),
    }


class TestHandoff(ReasoningParserKit):
    parser = "mixed_think_tool_handoff"
    samples = {
        "ended by a call": Sample(
            text="<thinking>So\n<tool_call>a</tool_call>\n</thinking>\n!",
            reasoning="So",
            content="<tool_call>a</tool_call>\n!",
        ),
        "thought and answer": Sample(text="<thinking>Hm.</thinking> Yes.", reasoning="Hm.", content=" Yes."),
    }


def heard(calls: type[ToolParser], text: str) -> Said:
    whole = None
    for size in (1, 3, len(text)):
        chain = Chain(Thoughts(), calls())
        events = [event for at in range(0, len(text), size) for event in chain.feed(text[at : at + size])]
        answer = said([*events, *chain.finish()])
        assert whole is None or answer == whole
        whole = answer
    assert whole
    return whole


def test_a_call_in_an_open_thought_is_found() -> None:
    answer = heard(Qwen3, '<think>\nI look.\n<tool_call>\n{"name": "look", "arguments": {"at": "it"}}\n</tool_call>')
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]


def test_a_thought_closed_after_its_call_leaves_no_tag() -> None:
    answer = heard(Qwen3Coder, "<think>So\n<tool_call>\n<function=look>\n</function>\n</tool_call>\n</think>\n\nThere.")
    assert (answer.reasoning, answer.content.strip()) == ("So", "There.")
    assert [call.name for call in answer.calls] == ["look"]


def test_thought_text_and_call() -> None:
    answer = heard(Qwen3, '<think>\nHm\n</think>\n\nI look.\n<tool_call>{"name": "look"}</tool_call>\n')
    assert (answer.reasoning, answer.content) == ("Hm", "I look.")
    assert [call.name for call in answer.calls] == ["look"]


def test_an_answer_of_a_call_alone_has_no_text() -> None:
    answer = heard(Qwen3Coder, "<think>\n\n</think>\n\n<tool_call>\n<function=look>\n</function>\n</tool_call>\n")
    assert (answer.reasoning, answer.content, len(answer.calls)) == ("", "", 1)


@pytest.mark.parametrize("calls", [Qwen3, Qwen3Coder])
def test_no_cut_changes_what_a_thought_and_a_call_mean_together(calls: type[ToolParser]) -> None:
    samples = [*(sample.text for sample in TestQwen3.samples.values()), calls().write("look", {"at": "<think>it"})]

    @settings(max_examples=400, deadline=None, database=None)
    @given(soups(samples, ["<think>", "</think>", "<tool_call>"]))
    def check(deltas: list[str]) -> None:
        text = "".join(deltas)
        whole = read(Chain(Thoughts(), calls()), text)
        assert all(call.complete is not None for call in said(whole).calls)
        assert read(Chain(Thoughts(), calls()), *deltas) == whole
        assert read(Chain(Thoughts(), calls()), *text) == whole

    check()
