"""How Qwen models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

QWEN3 = ("qwen3_moe", "qwen3_next", "qwen3_vl")  # they call as Qwen 3 does
STEP = ("step3p5", "step_35", "step5")
NEMOTRON3 = ("nemotron3", "nemotron3_nano", "nemotron_3", "nemotron_v3", "nemotron")
QWEN3_5 = ("qwen3_5", "qwen3_6", "holo2", *NEMOTRON3, *STEP)  # they call as Qwen3-Coder does

EXAMPLE = r"<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>value_1"
MIMO = (EXAMPLE, EXAMPLE.replace(r"\n", "\n"))  # where Qwen3-Coder's has line breaks around the value


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    # In a template's source the line break after the tag is one, or is spelt as Jinja does.
    yield ToolParserSpec(
        name="qwen3",
        target="mlxs_qwen.calls:Qwen3",
        summary="JSON in <tool_call>: Qwen 2.5, QwQ, Qwen 3, Qwen3-VL, Qwen3-Next, Hermes, Granite 4, Trinity",
        aliases=(
            *("hermes", "nous", "json_tools", "qwen", "qwen25", "qwen2_5", "qwq", "qwen3_json"),
            *("granite4", "trinity", "iquest_coder_v1", *QWEN3),
        ),
        marks=("<tool_call>\n{", r"<tool_call>\n{", "<tool_call></"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="qwen3_coder",
        target="mlxs_qwen.calls:Qwen3Coder",
        summary="a tag per argument in <tool_call>: Qwen3-Coder, Qwen 3.5 and later, Nemotron 3, Step 3.5, MiniCPM-V",
        aliases=("qwen3_xml", "qwen3_coder_xml", "minicpmv", "nanbeige", *QWEN3_5),
        marks=("<tool_call>\n<function=", r"<tool_call>\n<function="),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="mimo",
        target="mlxs_qwen.calls:MiMo",
        summary="a tag per argument in <tool_call>, white space kept: MiMo",
        marks=("<tool_call><function=", *MIMO),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="qwen3",
        target="mlxs_qwen.thoughts:Qwen3",
        summary="<think>...</think>, which a tool call ends too",
        aliases=("hermes", "qwq", "minicpmv", "nanbeige", "trinity", *QWEN3),
        marks=("<think>", "</think>"),
    )
    yield ReasoningParserSpec(
        name="qwen3_5",
        target="mlxs_qwen.thoughts:Qwen35",
        summary="all before </think>, which a tool call ends too: Qwen 3.5 and later, Nemotron 3, Step 3.5, MiMo",
        aliases=("qwen3_6", "qwen3_thinking", "qwen3-thinking", "holo2", "mimo", *NEMOTRON3, *STEP),
    )
    yield ReasoningParserSpec(
        name="mixed_think_tool_handoff",
        target="mlxs_qwen.thoughts:Handoff",
        summary="<thinking>...</thinking>, which any <tool_call> ends too",
        marks=("<thinking>",),
    )
