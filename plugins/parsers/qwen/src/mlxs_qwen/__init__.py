"""How Qwen models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ConverterSpec, ReasoningParserSpec, ToolParserSpec

QWEN3 = ("qwen3_moe", "qwen3_next", "qwen3_vl")  # they call as Qwen 3 does
QWEN3_5 = ("qwen3_5", "qwen3_6", "nemotron3", "nemotron3_nano", "step3p5", "step_35")  # they call as Qwen3-Coder does


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    # In a template's source the line break after the tag is one, or is spelt as Jinja does.
    yield ToolParserSpec(
        name="qwen3",
        target="mlxs_qwen.calls:Qwen3",
        summary="JSON in <tool_call>: Qwen 2.5, QwQ, Qwen 3, Qwen3-VL, Qwen3-Next, Hermes",
        aliases=("hermes", "nous", "json_tools", "qwen", "qwen25", "qwen2_5", "qwq", "qwen3_json", *QWEN3),
        marks=("<tool_call>\n{", r"<tool_call>\n{", "<tool_call></"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="qwen3_coder",
        target="mlxs_qwen.calls:Qwen3Coder",
        summary="a tag per argument in <tool_call>: Qwen3-Coder, Qwen 3.5 and later, Nemotron 3, Step 3.5",
        aliases=("qwen3_xml", "qwen3_coder_xml", *QWEN3_5),
        marks=("<tool_call>\n<function=", r"<tool_call>\n<function="),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="qwen3",
        target="mlxs_qwen.thoughts:Qwen3",
        summary="<think>...</think>, which a tool call ends too",
        aliases=("hermes", "qwq", "qwen3_thinking", *QWEN3, *QWEN3_5),
        marks=("<think>", "</think>"),
    )


@hookimpl
def mlxs_converters() -> Iterator[ConverterSpec]:
    yield ConverterSpec(
        name="arguments_as_objects",
        target="mlxs_qwen.messages:arguments_as_objects",
        summary="arguments of earlier calls as objects, which templates walk or write as JSON",
        aliases=("qwen3_coder",),
    )
