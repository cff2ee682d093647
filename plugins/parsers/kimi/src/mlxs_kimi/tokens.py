"""Kimi K2's calls."""

from __future__ import annotations

import re

from mlxs.grammar import Grammar, Lit, Pattern
from mlxs.parsing.formats import NamedJson

_ID = re.compile(r"\s*(?:functions\.)?(.*?)(?::\d+)?\s*", re.DOTALL)


class KimiK2(NamedJson):
    """`<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{...}<|tool_call_end|>...`.

    What stands before the arguments is the call's id, `functions.NAME:NUMBER`.
    https://huggingface.co/moonshotai/Kimi-K2-Instruct/blob/main/docs/tool_call_guidance.md
    """

    section = ("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>")
    begin, middle, end = "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>"
    asides = (section[1], middle, end)  # tokens that are no text, wherever they stand

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().openings, "<|tool_call_section_begin|>")  # a slip of the model

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().closings, "<|tool_call_section_end|>")

    def name(self, said: str) -> str:
        found = _ID.fullmatch(said)
        return found[1] if found else ""

    def said(self, name: str) -> str:
        return f"functions.{name}:0"

    def begun(self, name: str) -> tuple[Grammar, ...]:
        return Lit(f"{self.begin}functions.{name}:"), Pattern("[0-9]{1,3}"), Lit(self.middle)
