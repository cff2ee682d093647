"""What may be said: a small algebra of grammars, and its form in llguidance's Lark dialect.

A tool-call format builds one of these from the tools of a request; a response format is just
`Json(schema)`. The model's process compiles the text with llguidance and masks what does not fit.
https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lit:
    """Exactly this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text that this regular expression matches as a whole."""

    regex: str


@dataclass(frozen=True, slots=True)
class Until:
    """Any text up to and including the first `stop`. A pattern such as `[^<]*` would eat the stop's beginning."""

    stop: str


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value that fits the schema, keys in the schema's order."""

    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other."""

    parts: tuple[Grammar, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these."""

    options: tuple[Grammar, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """The part again and again: `least` times or more, `most` at most."""

    part: Grammar
    least: int = 0
    most: int | None = None


Grammar = Lit | Pattern | Until | Json | Seq | Either | Many


def lark(grammar: Grammar) -> str:
    """The grammar as llguidance reads it; the rule to begin with is `start`."""
    rules: list[str] = []

    def rule(body: str, attributes: str = "") -> str:
        rules.append(f"r{len(rules)}{attributes}: {body}")
        return f"r{len(rules) - 1}"

    def term(part: Grammar) -> str:
        match part:
            case Lit(text):
                return json.dumps(text, ensure_ascii=False) if text else rule('""')
            case Pattern(regex):
                return f"/{regex.replace('/', chr(92) + '/')}/"
            case Until(stop):
                return rule("/(?s:.*)/", f"[suffix={json.dumps(stop, ensure_ascii=False)}]")
            case Json(schema):
                return rule("%json " + json.dumps(schema, ensure_ascii=False))
            case Seq(parts):
                return rule(" ".join(map(term, parts)))
            case Either(options):
                return rule(" | ".join(map(term, options)))
            case Many(part, least, most):
                return rule(f"{term(part)}{{{least},{'' if most is None else most}}}")

    start = term(grammar)
    return "\n".join([f"start: {start}", *rules])
