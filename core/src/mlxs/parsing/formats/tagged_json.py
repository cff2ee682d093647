"""Calls written as JSON between tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...grammar import Grammar, Lit, Seq
from ..scanner import Scanner, Script
from .calls import one_or_more
from .json_call import JsonCall


class TaggedJson(JsonCall):
    """A JSON object with the call's name and arguments, between two tags.

    Args of the class:
        opening, closing: The tags.
    """

    opening: ClassVar[str] = "<tool_call>"
    closing: ClassVar[str] = "</tool_call>"

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening,)

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        # One brace too many is this format's commonest slip.
        return (self.closing, f"}}{self.closing}", f"}}\n{self.closing}")

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield from text.space()
        return (yield from self.object(text, index))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{self.opening}\n{self.body(name, arguments)}\n{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [
            Seq((Lit(f"{self.opening}\n"), self.body_grammar(tool), Lit(f"\n{self.closing}")))
            for tool in self.tools.values()
        ]
        return one_or_more(calls, most)
