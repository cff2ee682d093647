"""Acme's formats: `<|thought|>It rains.<|answer|>Take an umbrella.` and `<|call|>buy {"what": "umbrella"}<|end|>`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import ToolCallArguments, ToolCallStart
from mlxs.grammar import Either, Grammar, Json, Lit, Many, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Calls, Tagged
from mlxs.parsing.values import text_of


class Thinking(Tagged):
    """A thought, up to where the answer begins."""

    opening = "<|thought|>"
    closing = "<|answer|>"


class Calling(Calls):
    """A tool's name, a space, and its arguments as a JSON object."""

    openings = ("<|call|>",)
    closings = ("<|end|>",)

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        name, mark = yield from text.take(" ", "\n", "<")
        if mark != " " or not name or (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        return (yield from text.json(lambda piece: ToolCallArguments(index, piece)))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{self.openings[0]}{name} {text_of(arguments)}{self.closings[0]}"

    def grammar(self, *, most: int | None = None) -> Grammar:
        calls = (
            Seq((Lit(f"{self.openings[0]}{name} "), Json(tool.parameters), Lit(self.closings[0])))
            for name, tool in self.tools.items()
        )
        return Many(Either(tuple(calls)), 1, most)
