"""How LFM2 models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

NAMES = ("lfm", "lfm2_5", "liquid")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="lfm2",
        target="mlxs_lfm.lfm2:Lfm2",
        summary="Python calls between tokens: LFM2, LFM2.5",
        aliases=NAMES,
        marks=("<|tool_call_start|>", "<|tool_list_start|>"),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="lfm2",
        target="mlxs_lfm.lfm2:Lfm2Thoughts",
        summary="<think>...</think>: LFM2 and LFM2.5 models that think",
        aliases=(*NAMES, "lfm2_thinking"),
    )
