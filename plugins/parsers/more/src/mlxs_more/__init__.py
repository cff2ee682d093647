"""How models of small families think and call tools: one module a family."""

from __future__ import annotations

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

from .reasoning_parsers import REASONING_PARSERS
from .tool_parsers import TOOL_PARSERS


@hookimpl
def mlxs_tool_parsers() -> tuple[ToolParserSpec, ...]:
    return TOOL_PARSERS


@hookimpl
def mlxs_reasoning_parsers() -> tuple[ReasoningParserSpec, ...]:
    return REASONING_PARSERS
