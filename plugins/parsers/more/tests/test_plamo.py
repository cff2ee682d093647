"""PLaMo: the published kit."""

from __future__ import annotations

from mlxs.parsing import Chain
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.plamo import Calls, Thoughts


class TestCalls(ToolParserKit):
    parser = "plamo3"
    samples = {
        "text and a call": Sample(
            text="So.<|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>f<|plamo:end_tool_name:plamo|>"
            '<|plamo:begin_tool_arguments:plamo|><|plamo:msg|>{"a": 1}',
            content="So.",
            calls=(("f", {"a": 1}),),
        ),
        "no call": Sample(
            text="<|plamo:begin_tool_requests:plamo|>So.", content="<|plamo:begin_tool_requests:plamo|>So."
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "plamo3"
    samples = {
        "thought and answer": Sample(
            text="<|plamo:begin_think:plamo|>Hm<|plamo:end_\n<|plamo:end_think:plamo|>Yes.",
            reasoning="Hm<|plamo:end_",
            content="Yes.",
        )
    }


def test_a_call_in_an_open_thought_is_found() -> None:
    chain = Chain(Thoughts(), Calls())
    text = f"<|plamo:begin_think:plamo|>I look.\n{Calls().write('look', {'at': 'it'})}"
    events = [event for letter in text for event in chain.feed(letter)]
    answer = said([*events, *chain.finish()])
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
