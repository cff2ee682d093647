"""How GigaChat models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="gigachat3",
        target="mlxs_gigachat.calls:GigaChat3",
        summary="JSON in a message of the role `function call`: GigaChat 3",
        marks=("'role': 'function call'", "function call<|role_sep|>"),
    )
    yield ToolParserSpec(
        name="gigachat31",
        target="mlxs_gigachat.calls:GigaChat31",
        summary="JSON after <|function_call|>: GigaChat 3.1",
        marks=("<|function_call|>",),
    )
    yield ToolParserSpec(
        name="gigachat35",
        target="mlxs_gigachat.calls:GigaChat35",
        summary="typed parameters in <｜GCML｜tool_calls>: GigaChat 3.5",
        marks=("<｜GCML｜tool_calls>", "<｜GCML｜parameter name="),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="gigachat35",
        target="mlxs_gigachat.thoughts:GigaChat",
        summary="<think>...</think>, which a call ends too: GigaChat 3.5",
        marks=("<｜GCML｜",),
    )
