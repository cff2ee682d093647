"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

from mlxs.parsing import Chain
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.laws import said
from mlxs_glm.calls import Glm45, Glm47
from mlxs_glm.thoughts import Glm45 as Thoughts45
from mlxs_glm.thoughts import Glm47 as Thoughts47


class TestGlm45(ReasoningParserKit):
    parser = "glm4_moe"
    samples = {
        "thought and answer": Sample(text="<think>Is 2 < 3?\n</think>\nYes.", reasoning="Is 2 < 3?", content="Yes."),
        "no thought": Sample(text="Yes <thinking is fun", content="Yes <thinking is fun"),
        "a mention is no call": Sample(
            text="<think>A <tool_call> tag?</think>No.", reasoning="A <tool_call> tag?", content="No."
        ),
        "ended by a call": Sample(
            text="<think>I look. <tool_call>look</tool_call></think>",
            reasoning="I look.",
            content="<tool_call>look</tool_call>",
        ),
    }


class TestGlm47(ReasoningParserKit):
    parser = "glm47"
    samples = {
        "opened by the prompt": Sample(text="Hm.</think>Yes.", prompt="<think>", reasoning="Hm.", content="Yes."),
        "opened by nobody": Sample(text="Hm.\n</think>\n\nYes.", reasoning="Hm.", content="Yes."),
        "closed by the prompt": Sample(text="Yes. </think>", prompt="<|assistant|></think>", content="Yes. </think>"),
        "opened by the model": Sample(text="<think>Hm.", prompt="<|assistant|>", reasoning="Hm."),
    }


class TestIQuest(ReasoningParserKit):
    parser = "iquest_q1"
    samples = {
        "ended by a call": Sample(
            text="So <iquest_tool_call>now</iquest_tool_call>",
            reasoning="So",
            content="<iquest_tool_call>now</iquest_tool_call>",
        ),
    }


def test_a_call_in_an_open_thought_is_found() -> None:
    text = "I look.\n<tool_call>look\n<arg_key>at</arg_key>\n<arg_value>it</arg_value>\n</tool_call>"
    for thoughts, calls, opening in ((Thoughts45, Glm45, "<think>"), (Thoughts47, Glm47, "")):
        chain = Chain(thoughts(), calls())
        answer = said([*(event for letter in opening + text for event in chain.feed(letter)), *chain.finish()])
        assert (answer.reasoning, answer.content) == ("I look.", "")
        assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
