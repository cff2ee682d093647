"""Inkling: the published kit, and what is said where."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_more.inkling import Calls, Thoughts


class TestCalls(ToolParserKit):
    parser = "inkling"
    samples = {
        "thought, text and call": Sample(
            text="<|content_thinking|>Hm <|end_message|><|message_model|><|content_text|>So. <|end_message|>"
            '<|message_model|>f<|content_invoke_tool_json|>{"name": "f", "args": {"a": "b"}}<|end_message|>',
            reasoning="Hm",
            content="So. ",
            calls=(("f", {"a": "b"}),),
        ),
        "name first": Sample(
            text='f<|content_invoke_tool_json|>{"args": {"n": 1}, "name": "f"}', calls=(("f", {"n": 1}),)
        ),
        "broken off": Sample(
            text='<|content_invoke_tool_json|>{"name": "a", "args": {"b": "c', calls=(("a", '{"b": "c'),)
        ),
    }
    framing = r"<\|(message_model|end_message|content_\w+)\|>"


class TestThoughts(ReasoningParserKit):
    parser = "inkling"
    samples = {
        "after the prompt": Sample(
            text="<|content_thinking|>\nHm <|end_message|><|message_model|><|content_text|> So.<|end_message|>",
            prompt="<|message_model|>",
            reasoning="Hm",
            content=" So.",
        ),
        "calls stay": Sample(
            text="<|content_thinking|>Hm<|message_model|>f<|content_invoke_tool_json|>{<|end_message|>",
            reasoning="Hm",
            content="<|message_model|>f<|content_invoke_tool_json|>{<|end_message|>",
        ),
    }


def heard(text: str) -> Said:
    chain = Chain(Thoughts(), Calls())
    events = [event for letter in text for event in chain.feed(letter)]
    return said([*events, *chain.finish()])


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Hello", "Hello"),
        ("Hello there<|end_message|>", "Hello there"),
        ("<|content_tool_error|>No.<|end_message|>", "No."),
        ("<|content_text|>A <|message_model|> mark", "A <|message_model|> mark"),
        ("So.<|message_model|>f<|content_invoke_tool_json|>{no", "So.f{no"),
        ("So.<|message_model|>f<|content_invoke_tool_text|>x", "So.fx"),
    ],
)
def test_what_is_no_call_is_text(text: str, content: str) -> None:
    answer = heard(text)
    assert (answer.content, answer.calls) == (content, ())


def test_thought_call_and_text() -> None:
    call = Calls().write("look", {"at": "it"})
    answer = heard(f"<|content_thinking|>I look.\n{call}<|message_model|><|content_text|>There.<|end_message|>")
    assert (answer.reasoning, answer.content) == ("I look.\nlook", "There.")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
