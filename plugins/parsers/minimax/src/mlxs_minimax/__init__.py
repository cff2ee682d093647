"""How MiniMax models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

WALKS = "arguments_as_objects"  # the templates walk the arguments of earlier calls


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="minimax_m2",
        target="mlxs_minimax.m2:MiniMaxM2",
        summary="a tag per argument in <minimax:tool_call>: MiniMax M2, M2.5",
        aliases=("minimax", "minimax-m2", "minimax_m2_append_think"),
        marks=("<minimax:tool_call>",),
        converter=WALKS,
    )
    yield ToolParserSpec(
        name="minimax_m3",
        target="mlxs_minimax.m3:MiniMaxM3",
        summary="a tag named like each argument, in ]<]minimax[>[<tool_call>: MiniMax M3",
        aliases=("minimax-m3",),
        marks=("]<]minimax[>[",),
        converter=WALKS,
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="minimax_m2",
        target="mlxs_minimax.m2:MiniMaxM2Thoughts",
        summary="all before </think>, which a call ends too: MiniMax M2, M2.5",
        aliases=("minimax", "minimax-m2"),
        marks=("<minimax:tool_call>",),
    )
    yield ReasoningParserSpec(
        name="minimax_m2_append_think",
        target="mlxs_minimax.m2:AppendThink",
        summary="thoughts stay in the text, tags and all: MiniMax M2",
        aliases=("minimax-append-think",),
    )
    yield ReasoningParserSpec(
        name="minimax_m3",
        target="mlxs_minimax.m3:MiniMaxM3Thoughts",
        summary="<mm:think>...</mm:think>, which a call ends too: MiniMax M3",
        aliases=("minimax-m3",),
        marks=("<mm:think>",),
    )
