"""ERNIE: the published kit."""

from __future__ import annotations

from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit


class TestCalls(ToolParserKit):
    parser = "ernie45"
    samples = {
        "two calls": Sample(
            text='<tool_call>\n{"name": "a", "arguments": {"x": "北"}}\n</tool_call>\n<tool_call>\n{"name": "b", '
            '"arguments": {}}\n</tool_call>\n',
            calls=(("a", {"x": "北"}), ("b", {})),
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "ernie45"
    samples = {
        "thought and answer": Sample(
            text="Is it?\n</think>\n\n<response>\nIt is.\n</response>\n", reasoning="Is it?", content="It is."
        ),
        "no answer tag": Sample(text="<think>Is it?</think>It is.", reasoning="Is it?", content="It is."),
        "ended by a call": Sample(
            text='So\n<tool_call>\n{"name": "a"}', reasoning="So", content='<tool_call>\n{"name": "a"}'
        ),
    }
