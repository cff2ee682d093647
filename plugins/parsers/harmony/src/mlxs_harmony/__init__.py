"""How gpt-oss models speak: harmony, one format for thoughts, calls and answers."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

HARMONY = "mlxs_harmony.harmony:Harmony"
SUMMARY = "channels for thoughts, words and calls: gpt-oss"
NAMES = ("openai", "gpt-oss", "gpt_oss", "openai_gptoss")
MARKS = ("<|channel|>analysis", "<|channel|>")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(name="harmony", target=HARMONY, summary=SUMMARY, aliases=NAMES, marks=MARKS)


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(name="harmony", target=HARMONY, summary=SUMMARY, aliases=NAMES, marks=MARKS)
