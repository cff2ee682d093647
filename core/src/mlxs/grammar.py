"""What may be said: a small algebra of grammars, and its form in llguidance's Lark dialect.

A tool-call format builds one of these from the tools of a request; a response format is just
`Json(schema)`. The model's process compiles the text with llguidance and masks what does not fit.
https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

from __future__ import annotations

import json
import re
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
    """Any text up to and including the first `stop`. A pattern such as `[^<]*` would eat the stop's beginning.

    Args:
        regex: What the text before the stop must match as a whole; None: anything.
    """

    stop: str
    regex: str | None = None


@dataclass(frozen=True, slots=True)
class Without:
    """Any text in which none of these marks occurs, up to the end of the answer."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value that fits the schema, keys in the schema's order, spaced as `json.dumps` does."""

    schema: Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Lark:
    """Whatever this grammar lets through: one of a client's own, in llguidance's Lark dialect."""

    source: str


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


LARK = "x-lark"
"""In the schema of a string: a Lark grammar that it keeps to. Only formats that write it bare can see to that."""

# No two have a field of one name: that is how the wire tells them apart.
Grammar = Lit | Pattern | Until | Without | Json | Lark | Seq | Either | Many

EMPTY = Seq(())


def after(grammar: Grammar, text: str) -> Grammar | None:
    """What may follow once this much of the grammar has been said; None where it cannot begin so.

    Only literal beginnings are looked at: that is how calls begin.
    """
    if not text:
        return grammar
    match grammar:
        case Lit(said) if said.startswith(text):
            return Lit(said[len(text) :])
        case Seq((Lit(said), *rest)) if text.startswith(said):
            return after(Seq(tuple(rest)), text[len(said) :])
        case Seq((first, *rest)):
            begun = after(first, text)
            return None if begun is None else Seq((begun, *rest))
        case Either(options):
            begun_options = tuple(option for each in options if (option := after(each, text)) is not None)
            return Either(begun_options) if begun_options else None
        case Many(part, least, most) if most != 0:
            begun = after(part, text)
            again = Many(part, max(0, least - 1), None if most is None else most - 1)
            return None if begun is None else Seq((begun, again))
    return None


def anywhere(calls: Grammar, openings: tuple[str, ...]) -> Grammar:
    """Text in which calls may stand: once one of the openings is said, the rest of a call must follow."""
    begun = [(opening, rest) for opening in openings if (rest := after(calls, opening)) is not None]
    call = Either(tuple(Seq((Until(opening), rest)) for opening, rest in begun))
    return Seq((Many(call), Without(tuple(opening for opening, _ in begun))))


def lark(grammar: Grammar, special: Mapping[str, int] | None = None) -> str:
    """The grammar as llguidance reads it; the rule to begin with is `start`.

    Args:
        special: Ids of the tokens that stand for more than their text, such as `<|python_tag|>`: where
            a literal has one, that token is meant and not its letters.
    """
    return _Writer(special or {}).write(grammar)


class _Writer:
    def __init__(self, special: Mapping[str, int]) -> None:
        self._rules: list[str] = []
        self._special = special
        self._tokens = re.compile("|".join(map(re.escape, sorted(special, key=len, reverse=True))) or r"(?!)")

    def write(self, grammar: Grammar) -> str:
        start = self._term(grammar)
        return "\n".join([f"start: {start}", *self._rules])

    def _rule(self, body: str, attributes: str = "") -> str:
        self._rules.append(f"r{len(self._rules)}{attributes}: {body}")
        return f"r{len(self._rules) - 1}"

    def _terminal(self, body: str) -> str:
        self._rules.append(f"T{len(self._rules)}: {body}")
        return f"T{len(self._rules) - 1}"

    def _literal(self, text: str) -> str:
        """Letters quoted, special tokens by number."""
        said, at = list[str](), 0
        for token in self._tokens.finditer(text):
            said += [_quoted(text[at : token.start()])] if token.start() > at else []
            said.append(f"<[{self._special[token[0]]}]>")
            at = token.end()
        said += [_quoted(text[at:])] if at < len(text) or not said else []
        return said[0] if len(said) == 1 else self._rule(" ".join(said))

    def _term(self, part: Grammar) -> str:
        match part:
            case Lit(text):
                return self._literal(text) if text else self._rule('""')
            case Pattern(regex):
                return f"/{_slashed(regex)}/"
            case Until(stop, regex) if token := self._tokens.search(stop):
                text = _slashed(regex or "(?s:.*)")
                return self._rule(f"/{text}/ {self._literal(stop[token.start() :])}")  # no text holds a token
            case Until(stop, None):
                return self._rule("/(?s:.*)/", f"[suffix={_quoted(stop)}]")
            case Until(stop, regex):
                end = _escaped(stop)
                return self._terminal(f"/(?:{_slashed(regex or '')}){end}/ & ~/(?s:.*){end}(?s:.+)/")
            case Without(marks):
                absent = (f" & ~/(?s:.*){_escaped(mark)}(?s:.*)/" for mark in marks)
                return self._terminal("/(?s:.*)/" + "".join(absent))
            case Json(schema) if LARK in json.dumps(schema):
                raise ValueError("a Lark grammar inside a JSON string; ask for a regex")
            case Json(schema):
                spaced = {"x-guidance": {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}}
                said = {**spaced, **schema} if isinstance(schema, Mapping) else schema
                return self._rule("%json " + json.dumps(said, ensure_ascii=False))
            case Lark(source):
                return self._rule("%lark {\n" + source + "\n}")
            case Seq(parts):
                return self._rule(" ".join(map(self._term, parts)) or '""')
            case Either(options):
                return self._rule(" | ".join(map(self._term, options)))
            case Many(most=0):
                return self._rule('""')
            case Many(part, least, most):
                return self._rule(f"{self._term(part)}{{{least},{'' if most is None else most}}}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _slashed(regex: str) -> str:
    return re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], regex)


def _escaped(text: str) -> str:
    """A regular expression for exactly this text, on one line."""
    return _slashed(re.escape(text)).replace("\\\n", r"\n").replace("\\\r", r"\r")
