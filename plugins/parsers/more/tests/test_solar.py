"""Solar Open: the published kit."""

from __future__ import annotations

from mlxs.parsing import Chain
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.solar import Calls, Thoughts


class TestCalls(ToolParserKit):
    parser = "solar_open"
    samples = {
        "text and a call": Sample(
            text="<|content|>So.<|end|><|begin|>assistant<|tool_calls|><|tool_call:begin|>x7<|tool_call:name|>f"
            '<|tool_call:args|>{"a": 1}<|tool_call:end|><|calls|>',
            content="So.",
            calls=(("f", {"a": 1}),),
        ),
        "no call": Sample(
            text="<|tool_call:begin|>0<|tool_call:end|>", content="<|tool_call:begin|>0<|tool_call:end|>"
        ),
    }
    framing = r"<\|begin\|>assistant|<\|(end|content|flush|tool_calls|calls)\|>"


class TestThoughts(ReasoningParserKit):
    parser = "solar_open"
    samples = {
        "thought and answer": Sample(
            text="<|think|>\nHm <|en\n<|end|><|begin|>assistant<|content|> Yes.<|end|>",
            prompt="<|begin|>assistant",
            reasoning="Hm <|en",
            content=" Yes.",
        )
    }


def test_thought_and_calls() -> None:
    chain = Chain(Thoughts(), Calls())
    text = f"<|think|>I look.<|end|><|begin|>assistant{Calls().write('look', {'at': 'it'})}"
    events = [event for letter in text for event in chain.feed(letter)]
    answer = said([*events, *chain.finish()])
    assert (answer.reasoning, answer.content) == ("I look.", "")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
