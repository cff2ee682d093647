"""How Acme's models think and call tools, for mlxs."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="acme", target="mlxs_acme.formats:Calling", marks=("<|call|>",), summary="<|call|>name {arguments}<|end|>"
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="acme", target="mlxs_acme.formats:Thinking", marks=("<|thought|>",), summary="<|thought|>...<|answer|>"
    )
