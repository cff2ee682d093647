"""How Granite models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="granite",
        target="mlxs_granite.calls:Granite",
        summary="a JSON list after <|tool_call|>: Granite 3.0 to 3.3",
        aliases=("granite3",),
        marks=("<|tool_call|> followed by a JSON list", "<tool_call> followed by a JSON list"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="granite_20b_fc",
        target="mlxs_granite.calls:Granite20bFc",
        summary="JSON after <function_call>: Granite 20B Function Calling",
        aliases=("granite-20b-fc",),
        marks=("<function_call> ",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="granite_thinking",
        target="mlxs_granite.calls:GraniteThinking",
        summary="a tag per argument in <tool_call>: Granite models that think, as vLLM reads them",
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="granite",
        target="mlxs_granite.thoughts:Granite",
        summary="<think>...</think><response>...</response>, or in words: Granite 3.2 and 3.3",
        aliases=("granite3",),
        marks=("Here is my thought process:", "<think></think> and write your response between <response>"),
    )
    yield ReasoningParserSpec(
        name="granite_thinking",
        target="mlxs_granite.thoughts:GraniteThinking",
        summary="all up to </think>: Granite models that always think",
        aliases=("granite_thinking_parser",),
    )
