"""Thoughts: the published kit."""

from __future__ import annotations

from mlxs.testing import ReasoningParserKit, Sample


class TestA13B(ReasoningParserKit):
    parser = "hunyuan_a13b"
    samples = {
        "thought and answer": Sample(
            text="<think>\nIs it < 3?\n</think>\n<answer>\nIt is.\n</answer>", reasoning="Is it < 3?", content="It is."
        ),
        "no answer tag": Sample(text="<think>\n\n</think>\nYes <answer>", content="Yes <answer>"),
        "no thought": Sample(text="Yes.", content="Yes."),
        "ended by a call": Sample(
            text='<think>So <tool_calls>[{"name": "a"}]</tool_calls>',
            reasoning="So",
            content='<tool_calls>[{"name": "a"}]</tool_calls>',
        ),
    }


class TestHy3(ReasoningParserKit):
    parser = "hy_v3"
    samples = {
        "as published": Sample(
            text="Hm.</think:opensource>Yes.", prompt="<think:opensource>", reasoning="Hm.", content="Yes."
        ),
        "opened by nobody": Sample(text="Hm. <think>?\n</think>\nYes.", reasoning="Hm. <think>?", content="Yes."),
        "ended by a call": Sample(
            text="<think>So\n<tool_calls>\n<tool_call>a<tool_sep></tool_call></tool_calls>",
            reasoning="So",
            content="<tool_calls>\n<tool_call>a<tool_sep></tool_call></tool_calls>",
        ),
    }
