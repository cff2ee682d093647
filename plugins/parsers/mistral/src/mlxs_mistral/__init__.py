"""How Mistral models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

NAMES = ("ministral", "magistral", "devstral")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="mistral",
        target="mlxs_mistral.calls:Mistral",
        summary="a JSON list, or a name and arguments, after [TOOL_CALLS]: Mistral 7B v0.3 to Devstral and Ministral 3",
        aliases=NAMES,
        marks=("[TOOL_CALLS]",),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="mistral",
        target="mlxs_mistral.thoughts:Mistral",
        summary="[THINK]...[/THINK], which a tool call ends too: Magistral, Ministral 3",
        aliases=NAMES,
        marks=("[THINK]",),
    )
