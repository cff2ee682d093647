"""StepFun's Step 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.grammar import Either, Grammar, Lit, Many, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Invokes, Tagged

BEGIN, SEPARATOR, END = "<｜tool_call_begin｜>", "<｜tool_sep｜>", "<｜tool_call_end｜>"
WRITTEN = f"{BEGIN}function{SEPARATOR}"


class Calls(Invokes):
    """`<steptml:invoke name="f"><steptml:parameter name="a">1</steptml:parameter></steptml:invoke>`, between tokens.

    https://huggingface.co/stepfun-ai/step3/blob/main/chat_template.jinja
    """

    opening, closing = "<｜tool_calls_begin｜>", "<｜tool_calls_end｜>"
    closings = (END, closing)
    prefix = "steptml:"
    line = ""
    certain = True

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.opening, BEGIN, self.function[0]

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening == self.opening:
            yield from text.space()
            opening = yield from text.match(BEGIN)
        if opening == BEGIN:
            yield from text.space()
            yield from text.match(f"function{SEPARATOR}", SEPARATOR)
        return (yield from super().call(text, index, opening or self.opening))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{self.opening}{WRITTEN}{self.write_function(name, arguments)}{END}{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = tuple(Seq((Lit(WRITTEN), call, Lit(END))) for call in self.function_grammars())
        return Seq((Lit(self.opening), Many(Either(calls), 1, most), Lit(self.closing))) if calls else None


class Thoughts(Tagged):
    """All before `</think>`."""

    begins_thinking = True
    ended_by = (f"{Calls.opening}{BEGIN}", f"{Calls.opening}\n{BEGIN}")
