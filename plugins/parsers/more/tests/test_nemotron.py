"""Nemotron Nano 2: the published kit."""

from __future__ import annotations

from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit


class TestCalls(ToolParserKit):
    parser = "nemotron_nano_v2"
    samples = {
        "two calls": Sample(
            text='<TOOLCALL>[{"name": "a", "arguments": {}}, {"name": "b", "arguments": {"x": ["]"]}}]</TOOLCALL>\n',
            calls=(("a", {}), ("b", {"x": ["]"]})),
        ),
        "no call": Sample(text="A <TOOLCALL> of [1].", content="A <TOOLCALL> of [1]."),
    }


class TestThoughts(ReasoningParserKit):
    parser = "nemotron_nano_v2"
    samples = {
        "opened by the prompt": Sample(
            text="Hm.\n</think>\n\nYes.", prompt="<think>\n", reasoning="Hm.", content="Yes."
        ),
        "ended by a call": Sample(
            text='<think>So\n<TOOLCALL>[{"name": "a"}]</TOOLCALL>',
            reasoning="So",
            content='<TOOLCALL>[{"name": "a"}]</TOOLCALL>',
        ),
    }
