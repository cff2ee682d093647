"""Mistral's formats of tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import ToolCallArguments, ToolCallStart
from mlxs.grammar import Either, Grammar, Json, Lit, Many, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import JsonCalls
from mlxs.parsing.values import text_of


class Mistral(JsonCalls):
    """Three dialects in one, as three generations of tokenizers write them.

    `[TOOL_CALLS] [{"name": ..., "arguments": {...}}]`, `[TOOL_CALLS]f{...}` and, newest,
    `[TOOL_CALLS]f[ARGS]{...}`, which may have `[CALL_ID]` and an id after the name, and the next name
    right after its arguments.

    https://github.com/mistralai/mistral-common/tree/main/src/mistral_common/tokens/tokenizers
    """

    openings = ("[TOOL_CALLS]",)
    around = ("[TOOL_CALLS] [", "]")

    _named = False

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening in self.openings:
            yield from text.space()
            self._named = (yield from text.peek()) not in ("[", "{")
        if not self._named:
            return (yield from super().call(text, index, opening))
        self.listed = False
        name = yield from text.before("[", "{", "<", " ", "\n")
        yield from text.space()
        if (yield from text.match("[CALL_ID]")):
            yield from text.before("[", "{", " ", "\n")
        marked = yield from text.match("[ARGS]")
        yield from text.space()
        if not name or not (marked or opening in self.openings) or (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        return (yield from text.json(lambda piece: ToolCallArguments(index, piece)))

    def following(self, text: Scanner) -> Script[tuple[str, str]]:
        gap, opening = yield from super().following(text)
        if self._named and not opening and (yield from text.peek()).isidentifier():
            return "", " "  # a name, if [ARGS] comes after it
        return gap, opening

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"[TOOL_CALLS]{name}[ARGS]{text_of(arguments)}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = super().grammar(most=most)
        named = tuple(
            Seq((Lit(f"[TOOL_CALLS]{tool.name}[ARGS]"), Json(tool.parameters))) for tool in self.tools.values()
        )
        return calls and Either((Many(Either(named), 1, most), calls))
