"""Muse's calls: a message to the tool, in which its function is invoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import TextDelta
from mlxs.grammar import Either, Grammar, Json, Lit, Many, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import ANY, Invokes
from mlxs.requests import Schema, Tool

from .messages import BODY, ENDS, START, TO, Messages

NEXT = f"{ENDS[0]}{START}assistant"


class Muse(Messages, Invokes):
    """`to=f<|message|><atem:function_calls><atem:invoke name="f"><atem:parameter name="a">1</atem:parameter>...`.

    An invoked function in a message to anyone but a tool is no call. Where a tool's schema does not
    say what a value is, it is JSON if it reads as JSON.
    """

    opening, closing = "<atem:function_calls>", "</atem:function_calls>"
    prefix = "atem:"
    untold = ANY
    certain = True
    asides = (START, BODY, *ENDS)

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().openings, *(f"{TO}{name}{BODY}" for name in self.tools))

    def prelude(self, text: Scanner) -> Script[str]:
        return (yield from self.aside(text, ""))

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        yield from self.talk(text, mark)
        text.unsaid()
        return ""

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening.startswith(TO):
            yield from text.space()
            if not (opening := (yield from text.match(self.opening))):
                return None
        return (yield from super().call(text, index, opening))

    def _name(self, said: str) -> str:
        name = super()._name(said)
        short = name.rpartition(".")[2]
        return short if name not in self.tools and short in self.tools else name

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{TO}{name}{BODY}{super().write(name, arguments)}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        before, after = f"{BODY}{self.opening}{self.line}", f"{self.line}{self.closing}"
        functions = zip(self.tools, self._functions(), strict=True)
        calls = Either(tuple(Seq((Lit(f"{TO}{name}{before}"), call, Lit(after))) for name, call in functions))
        more = Many(Seq((Lit(NEXT), calls)), 0, None if most is None else most - 1)
        return Seq((calls, more)) if self.tools else None


class MuseGlimmer(Muse):
    """As Muse, but for its values: each is JSON if it reads as JSON, whatever the schema says."""

    thought = TextDelta

    def _name(self, said: str) -> str:
        name = super()._name(said)
        space, _, short = name.rpartition(".")
        return short if space == short and name not in self.tools else name

    def _key(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        return super()._key(None, said)

    def _parameter(self, key: str, schema: Schema, root: Schema) -> Grammar:
        before, after, end = self.parameter
        shared = {name: root[name] for name in ("$defs", "definitions") if name in root}
        return Seq((Lit(f"{before}{self._said(key)}{after}"), Json({**shared, **schema}), Lit(f"{end}{self._inner}")))
