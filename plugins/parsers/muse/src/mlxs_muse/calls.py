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

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().openings, *(f" {header}" for header in self._headers))

    @property
    def asides(self) -> tuple[str, ...]:  # type: ignore[override]
        return (START, TO, *ENDS, *self._headers)

    @property
    def _headers(self) -> tuple[str, ...]:
        """What a message to each of the tools may begin with."""
        return tuple(f"{TO}{name}{BODY}" for name in self.tools)

    def prelude(self, text: Scanner) -> Script[str]:
        return (yield from self._on(text, (yield from self.first(text))))

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        before = text.unsaid()
        text.leave(before)
        in_word = mark.startswith(TO) and not before.removesuffix(mark)[-1:].isspace()
        to = None if in_word else (yield from self.header(text, mark))
        if to is not None:
            return (yield from self._on(text, to))
        yield TextDelta(text.unsaid())
        return ""

    def _on(self, text: Scanner, to: str) -> Script[str]:
        """Say messages up to one that is to a tool, and read its header."""
        yield from self.talk(text, to)
        text.unsaid()
        return ""

    def name(self, said: str) -> str:
        name = super().name(said)
        short = name.rpartition(".")[2]
        return short if name not in self.tools and short in self.tools else name

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f" {TO}{name}{BODY}{super().write(name, arguments)}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        before, after = f"{BODY}{self.opening}{self.line}", f"{self.line}{self.closing}"
        functions = zip(self.tools, self.function_grammars(), strict=True)
        calls = Either(tuple(Seq((Lit(f" {TO}{name}{before}"), call, Lit(after))) for name, call in functions))
        more = Many(Seq((Lit(NEXT), calls)), 0, None if most is None else most - 1)
        return Seq((calls, more)) if self.tools else None


class MuseGlimmer(Muse):
    """As Muse, but for its values: each is JSON if it reads as JSON, whatever the schema says."""

    to_itself = TextDelta

    def name(self, said: str) -> str:
        name = super().name(said)
        space, _, short = name.rpartition(".")
        return short if space == short and name not in self.tools else name

    def argument(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        return super().argument(None, said)

    def parameter_grammar(self, key: str, schema: Schema, root: Schema) -> Grammar:
        before, after, end = self.parameter
        shared = {name: root[name] for name in ("$defs", "definitions") if name in root}
        return Seq(
            (Lit(f"{before}{self.said(key)}{after}"), Json({**shared, **schema}), Lit(f"{end}{self.inner_line}"))
        )
