"""Zaya: the published kit."""

from __future__ import annotations

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit

TOOLS = (Tool(name="tune", parameters={"properties": {"to": {"type": "number"}, "name": {"type": "string"}}}),)


class TestCalls(ToolParserKit):
    parser = "zaya"
    samples = {
        "tight": Sample(
            text="Ok <zyphra_tool_call><function=tune><parameter=to>88.5</parameter></function></zyphra_tool_call>",
            content="Ok",
            calls=(("tune", {"to": 88.5}),),
            tools=TOOLS,
        ),
        "on lines": Sample(
            text="<zyphra_tool_call>\n<function=tune>\n<parameter=name>\n<b>\n</parameter>\n</function>\n"
            "</zyphra_tool_call>\nDone.",
            calls=(("tune", {"name": "<b>"}),),
            content="\nDone.",
            tools=TOOLS,
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "zaya"
    samples = {
        "thought and answer": Sample(text="<think>Hm.</think>\nYes.", reasoning="Hm.", content="Yes."),
        "ended by a call": Sample(
            text="<think>So <zyphra_tool_call><function=a>", reasoning="So", content="<zyphra_tool_call><function=a>"
        ),
    }
