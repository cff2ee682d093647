"""Seed-OSS: the published kit."""

from __future__ import annotations

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit

TOOLS = (Tool(name="plant", parameters={"properties": {"what": {"type": "string"}, "rows": {"type": "integer"}}}),)


class TestCalls(ToolParserKit):
    parser = "seed_oss"
    samples = {
        "two calls": Sample(
            text="So:\n<seed:tool_call>\n<function=plant>\n<parameter=what>kale\n</parameter>\n"
            "<parameter=rows>2</parameter>\n</function>\n</seed:tool_call>\n<seed:tool_call><function=wait></function>"
            "</seed:tool_call>",
            content="So:",
            calls=(("plant", {"what": "kale\n", "rows": 2}), ("wait", {})),
            tools=TOOLS,
        ),
        "no call": Sample(text="A <seed:tool_call> and a <seed:", content="A <seed:tool_call> and a <seed:"),
    }


class TestThoughts(ReasoningParserKit):
    parser = "seed_oss"
    samples = {
        "opened by the model": Sample(
            text="<seed:think>Kale?</seed:think>\nYes.",
            prompt="<seed:bos>assistant\n",
            reasoning="Kale?",
            content="Yes.",
        ),
        "opened by nobody": Sample(text="Kale?</seed:think>Yes.", reasoning="Kale?", content="Yes."),
        "ended by a call": Sample(
            text="So <seed:tool_call>\n<function=wait>", reasoning="So", content="<seed:tool_call>\n<function=wait>"
        ),
    }
