"""LongCat: the published kit."""

from __future__ import annotations

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs_more.longcat import Flash, FlashLite

TOOLS = (Tool(name="add", parameters={"properties": {"a": {"type": "number"}, "note": {"type": "string"}}}),)
PAIRS = (
    "<longcat_tool_call>add\n<longcat_arg_key>a</longcat_arg_key>\n<longcat_arg_value>1</longcat_arg_value>\n"
    "</longcat_tool_call>"
)
AS_JSON = '<longcat_tool_call>{"name": "add", "arguments": {"a": 1}}</longcat_tool_call>'


class TestFlash(ToolParserKit):
    parser = "longcat"
    samples = {
        "JSON": Sample(text=f"Ok.\n{AS_JSON}", content="Ok.", calls=(("add", {"a": 1}),), tools=TOOLS),
        "pairs": Sample(text=PAIRS, calls=(("add", {"a": 1}),), tools=TOOLS),
    }


class TestFlashLite(ToolParserKit):
    parser = "longcat_flash_lite"
    samples = {
        "pairs": Sample(text=PAIRS, calls=(("add", {"a": 1}),), tools=TOOLS),
        "broken off": Sample(
            text="<longcat_tool_call>add<longcat_arg_key>note</longcat_arg_key><longcat_arg_value>On",
            calls=(("add", '{"note": "On'),),
            tools=TOOLS,
        ),
    }


class TestThoughts(ReasoningParserKit):
    parser = "longcat"
    samples = {
        "thought and answer": Sample(
            text="<longcat_think>\nHm.\n</longcat_think>\nYes.", reasoning="Hm.", content="Yes."
        ),
        "ended by a call": Sample(
            text="<longcat_think>So <longcat_tool_call>add", reasoning="So", content="<longcat_tool_call>add"
        ),
    }


def test_each_writes_its_own_way() -> None:
    assert Flash(TOOLS).write("add", {"a": 1}).replace("\n", "") == AS_JSON
    assert FlashLite(TOOLS).write("add", {"a": 1}) == PAIRS
