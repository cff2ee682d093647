"""Values in a notation that is not JSON, read as JSON as they come."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from ...events import ParsedEvent, TextDelta
from ...requests import Schema
from ..scanner import Into, Scanner, Script
from ..values import is_text, item_schema, kinds, member_schema, text_of, typed
from .calls import announced

_WORDS = {"True": "true", "False": "false", "None": "null", "true": "true", "false": "false", "null": "null"}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "\n": ""} | {
    mark: mark for mark in "\\'\"/"
}
_OCTAL = tuple("01234567")
_HEX = {"x": 2, "u": 4, "U": 8}
_DEPTH = 100  # of brackets in brackets, where no tool means what a model says


@dataclass(frozen=True)
class Notation:
    """How a language writes values.

    Args:
        quotes: What strings stand between, where a backslash escapes. Models forget to escape, so a
            string ends only at a quote that `,`, `:` or a closing bracket comes after.
        marks: What strings stand between in which nothing escapes.
        ends: What ends a value that stands between nothing.
        bare: Whether keys and strings may stand between nothing. The tool's schema tells their types.
        marked_is_text: Whether what stands between marks is a string, whatever the schema says.
    """

    quotes: tuple[str, ...] = ("'''", '"""', "'", '"')
    marks: tuple[str, ...] = ()
    ends: tuple[str, ...] = tuple(",:=()[]{}<'\" \t\r\n")
    bare: bool = False
    marked_is_text: bool = True


PYTHON = Notation()


class Literals:
    """Reads values of one notation.

    Args:
        text: Where they stand.
        notation: How they are written.
        root: Where schemas look up their references.
    """

    def __init__(self, text: Scanner, notation: Notation = PYTHON, root: Schema | None = None) -> None:
        self._text = text
        self._notation = notation
        self._root = root

    def value(self, into: Into, schema: Schema | None = None, depth: int = 0) -> Script[bool]:
        """Emit one value as JSON. Returns whether it was whole; nothing is emitted before it has begun."""
        text = self._text
        yield from text.space()
        bracket = yield from text.match("{", "[", "(")
        if not bracket:
            return (yield from self._scalar(into, schema))
        if depth > _DEPTH:
            return False
        if bracket == "{":
            return (yield from self.members(into, schema, depth))
        return (yield from self._items(into, "]" if bracket == "[" else ")", schema, depth))

    def held(self) -> Script[str]:
        """Read one value. Returns it as JSON; "" where it is not whole."""
        return (yield from _hold(self.value))

    def members(self, into: Into, schema: Schema | None = None, depth: int = 0, before: str = "{") -> Script[bool]:
        """Emit an object, as `value` does, from behind its opening brace. A set is a list.

        Args:
            before: What is emitted before the first member.
        """
        text = self._text
        while True:
            yield from text.space()
            if (yield from text.match("}")):
                yield into("{}" if before == "{" else "}")
                return True
            key = yield from self.key()
            yield from text.space()
            if not (yield from text.match(":")):
                is_set = key and before == "{" and not self._notation.bare and (yield from text.peek()) in (",", "}")
                return bool(is_set) and (yield from self._items(into, "}", schema, depth, first=key))
            name = key if key.startswith('"') else text_of(key)
            yield into(f"{before}{name}: ")
            inner = member_schema(schema, json.loads(name), self._root)
            if not (yield from self.value(into, inner, depth + 1)):
                return False
            yield from text.space()
            before = ", " if (yield from text.match(",")) else ""
            if not before and (yield from text.peek()) != "}":
                return False

    def _items(self, into: Into, closer: str, schema: Schema | None, depth: int, first: str = "") -> Script[bool]:
        """Emit a list from behind its opening bracket, or from behind its first item."""
        text, inner = self._text, item_schema(schema, self._root)
        yield into("[" + first)
        before = first
        while True:
            yield from text.space()
            comma = before and (yield from text.match(","))
            yield from text.space()
            if (yield from text.match(closer)):
                yield into("]")
                return True
            if before and not comma:
                return False
            comma_first = [into(", ")] if before else []
            if not (yield from announced(comma_first, self.value(into, inner, depth + 1))):
                return False
            before = ","

    def key(self) -> Script[str]:
        """Read a key, or what else stands there, as JSON; "" where there is none."""
        text, notation = self._text, self._notation
        if notation.bare and (yield from text.peek()) not in {mark[0] for mark in (*notation.marks, *notation.quotes)}:
            return text_of((yield from text.before(":", *notation.ends)).strip())
        return (yield from _hold(lambda into: self._scalar(into, None)))

    def _scalar(self, into: Into, schema: Schema | None) -> Script[bool]:
        text, notation = self._text, self._notation
        mark = yield from text.match(*notation.marks, *notation.quotes)
        if mark in notation.quotes:
            return (yield from self._quoted(into, mark))
        if mark and (notation.marked_is_text or is_text(schema, self._root)):
            yield into('"')
            if not (yield from text.pour(lambda piece: into(text_of(piece)[1:-1]), mark, cut_short=False)):
                return False
            yield into('"')
            return True
        if mark:
            said, closed = yield from text.take(mark)
        else:
            said, closed = (yield from text.before(*notation.ends)).strip(), (yield from text.peek())
        meant = self._meant(said, schema) if closed else ""  # what has no end may go on
        if meant:
            yield into(meant)
        return bool(meant)

    def _meant(self, said: str, schema: Schema | None) -> str:
        """The JSON of a value that stands between nothing; "" where it is none."""
        if self._notation.bare and kinds(schema, self._root):
            return typed(said, schema, self._root)
        return _literal(said) or (text_of(said) if self._notation.bare else "")

    def _quoted(self, into: Into, quote: str) -> Script[bool]:
        """Emit a string from behind its opening quote."""
        text = self._text

        def inside(piece: str) -> ParsedEvent:
            return into(text_of(piece)[1:-1])

        yield into('"')
        while stop := (yield from text.pour(inside, quote, "\\", cut_short=False)):
            if stop == "\\":
                if said := (yield from self._escape()):
                    yield into(said)
                continue
            gap = yield from text.space()
            if (yield from text.peek()) in ("", ",", ":", ")", "]", "}"):
                yield into('"')
                return True
            yield inside(stop + gap)
        return False

    def _escape(self) -> Script[str]:
        """Read what stands after a backslash. Returns what both mean inside a JSON string, "" where they break off."""
        text = self._text
        letter = yield from text.chars(1)
        if letter in _HEX:
            code = yield from text.chars(_HEX[letter])
            if len(code) < _HEX[letter]:
                return ""
            if not re.fullmatch(r"[0-9a-fA-F]+", code) or int(code, 16) > 0x10FFFF:
                return text_of(f"\\{letter}{code}")[1:-1]
            return f"\\u{code}" if letter == "u" else text_of(chr(int(code, 16)))[1:-1]
        if letter in _OCTAL:
            while len(letter) < 3 and (digit := (yield from text.match(*_OCTAL))):
                letter += digit
            return text_of(chr(int(letter, 8)))[1:-1] if (yield from text.peek()) else ""
        return text_of(_ESCAPES.get(letter, f"\\{letter}"))[1:-1] if letter else ""


def _literal(said: str) -> str:
    """A number or one of the three words as JSON; "" for anything else."""
    if said in _WORDS or _NUMBER.fullmatch(said):
        return _WORDS.get(said, said)
    for read in (int, _with_prefix, float):
        try:
            number = read(said)
        except ValueError:
            continue
        return text_of(number) if math.isfinite(number) else ""
    return ""


def _with_prefix(said: str) -> int:
    return int(said, 0)


def _hold(read: Callable[[Into], Script[bool]]) -> Script[str]:
    """What is emitted; "" where it is not whole."""
    held: list[str] = []

    def hold(piece: str) -> ParsedEvent:
        held.append(piece)
        return TextDelta(piece)

    script = read(hold)
    while True:
        try:
            if next(script) is None:
                yield None
        except StopIteration as end:
            return "".join(held) if end.value else ""
