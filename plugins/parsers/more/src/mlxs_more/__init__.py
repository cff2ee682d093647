"""How models of small families think and call tools: one module a family."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield from ()


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield from ()
