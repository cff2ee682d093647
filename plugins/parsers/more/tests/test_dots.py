"""dots: the published kit."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain
from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.dots import Calls, Thoughts

TOOLS = (
    Tool(
        name="knit",
        parameters={"type": "object", "properties": {"yarn": {"type": "string"}, "rows": {"type": "integer"}}},
    ),
)


class TestCalls(ToolParserKit):
    parser = "dots"
    samples = {
        "text and two calls": Sample(
            text='So.<dots_function_call><invoke name="knit"><parameter name="yarn">7</parameter></invoke>'
            "</dots_function_call>",
            content="So.",
            calls=(("knit", {"yarn": "7"}),),
            tools=TOOLS,
        ),
        "JSON": Sample(
            text='<dots_function_call>\n{"name": "a", "parameters": {"b": "c"}}</dots_function_call>\nYes.',
            content="\nYes.",
            calls=(("a", {"b": "c"}),),
        ),
        "no call": Sample(text="<dots_function_call>{so", content="<dots_function_call>{so"),
    }


class TestThoughts(ReasoningParserKit):
    parser = "dots"
    samples = {"thought and answer": Sample(text="<think>Hm</thi\n</think>\nYes.", reasoning="Hm</thi", content="Yes.")}


@pytest.mark.parametrize("body", ['<invoke name="knit"></invoke>', '\n{"name": "knit", "arguments": {}}'])
def test_a_call_in_an_open_thought_is_found(body: str) -> None:
    chain = Chain(Thoughts(), Calls(TOOLS))
    text = f"<think>Hm. <dots_function_call>{body}</dots_function_call>"
    events = [event for letter in text for event in chain.feed(letter)]
    answer = said([*events, *chain.finish()])
    assert (answer.reasoning, answer.content, [call.name for call in answer.calls]) == ("Hm.", "", ["knit"])
