"""How Hunyuan models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="hunyuan_a13b",
        target="mlxs_hunyuan.calls:A13B",
        summary="a JSON list in <tool_calls>: Hunyuan-A13B",
        marks=("<tool_calls>[",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="hy_v3",
        target="mlxs_hunyuan.calls:Hy3",
        summary="a name, <tool_sep> and tagged pairs in <tool_calls>: Hy 3",
        aliases=("hy3", "hunyuan"),
        marks=("<tool_sep",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="hy_v4",
        target="mlxs_hunyuan.calls:Hy4",
        summary="a name and tagged pairs in <tool_calls>: Hy 4",
        aliases=("hy4",),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="hunyuan_a13b",
        target="mlxs_hunyuan.thoughts:A13B",
        summary="<think>...</think><answer>...</answer>: Hunyuan-A13B",
        marks=("<answer>",),
    )
    yield ReasoningParserSpec(
        name="hy_v3",
        target="mlxs_hunyuan.thoughts:Hy3",
        summary="all before </think:opensource> or </think>: Hy 3 and 4",
        aliases=("hy3", "hunyuan", "hy_v4", "hy4"),
        marks=("<think:", "hy_Assistant"),
    )
