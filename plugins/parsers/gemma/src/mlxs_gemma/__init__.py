"""How Gemma models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="gemma4",
        target="mlxs_gemma.calls:Gemma4",
        summary='call:f{a:1,s:<|"|>x<|"|>} between tokens: Gemma 4',
        marks=("<|tool_call>call:", "<|tool_call>"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="functiongemma",
        target="mlxs_gemma.calls:FunctionGemma",
        summary="call:f{a:<escape>x<escape>} between tokens: FunctionGemma",
        aliases=("function_gemma",),
        marks=("<start_function_call>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="gemma2_generic",
        target="mlxs_gemma.generic:Generic",
        summary='{"tool_calls": [...]} as the whole answer: models that are only told to, such as Gemma 2',
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="gemma4",
        target="mlxs_gemma.thoughts:Gemma4",
        summary="<|channel>thought...<channel|>, which a tool call ends too: Gemma 4",
        marks=("<|channel>thought", "<|channel>"),
    )
