"""Command models whose thoughts, actions and responses stand between tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import ReasoningDelta
from mlxs.grammar import Grammar, Json, Lit, Pattern, Seq
from mlxs.parsing import ReasoningParser, Scanner, Script
from mlxs.parsing.formats import JsonCalls
from mlxs.requests import Tool

THINKING, THOUGHT = "<|START_THINKING|>", "<|END_THINKING|>"
RESPONSES = ("<|START_RESPONSE|>", "<|START_TEXT|>")
ENDS = ("<|END_RESPONSE|>", "<|END_TEXT|>", THOUGHT)


class Command(JsonCalls, ReasoningParser):
    """Thoughts, then a list of calls or a response, each between its own tokens; the tokens are no text.

    `<|START_ACTION|>[{"tool_call_id": "0", "tool_name": ..., "parameters": {...}}]<|END_ACTION|>`

    https://docs.cohere.com/docs/command-a-hf
    """

    tags = (THINKING, THOUGHT)
    openings = ("<|START_ACTION|>",)
    closings = ("<|END_ACTION|>",)
    asides = (THINKING, *RESPONSES, *ENDS)
    name_keys = ("tool_name", "name")
    arguments_keys = ("parameters", "arguments")
    around = ("<|START_ACTION|>[\n    ", "\n]<|END_ACTION|>")
    separator = ",\n    "

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        if mark not in (THINKING, *RESPONSES):
            return ""
        yield from text.space()
        if mark != THINKING:
            return ""
        stop = yield from text.pour(ReasoningDelta, THOUGHT, *self.openings, *RESPONSES, trim=True)
        yield from text.space()
        return stop.lstrip()

    def body(self, name: str, arguments: Mapping[str, Any]) -> str:
        return '{"tool_call_id": "0", ' + super().body(name, arguments)[1:]

    def body_grammar(self, tool: Tool) -> Grammar:
        before = super().body(tool.name, {})[1:].removesuffix("{}}")
        number = Pattern("[0-9]+")
        return Seq((Lit('{"tool_call_id": "'), number, Lit(f'", {before}'), Json(tool.parameters), Lit("}")))
