"""The part of an answer not yet read, and the ways to read on.

Every method is a generator that may pause until more text arrives (it yields None) and may emit
events on the way. Reading never goes back, so the whole answer is read in linear time; what a mark
means never depends on where the text was cut, because a mark that might still grow is waited for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from functools import lru_cache
from typing import TypeVar

from ..events import ParsedEvent, TextDelta

T = TypeVar("T")
Script = Generator[ParsedEvent | None, None, T]
"""Yields what the model said, or None to wait for more of it."""

Into = Callable[[str], ParsedEvent]
"""Makes an event of a piece of text, such as `TextDelta`."""

_SPACE = re.compile(r"\s*")
_IN_STRING = re.compile(r'["\\]')
_STRUCTURE = re.compile(r'["{}\[\]]')
_SCALAR_END = re.compile(r"[\s,\]}:<]")


class _Marks:
    """Strings to look for, ready to be found or to be waited for."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        longest_first = sorted(filter(None, marks), key=len, reverse=True)
        self.longest = max(map(len, longest_first), default=1)
        self.search = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)").search
        self.read = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)").match
        self.begins = re.compile(f"[{''.join({re.escape(m[0]) for m in marks if m})}]" if longest_first else r"(?!)")
        self.prefixes = frozenset(m[:n] for m in longest_first for n in range(1, len(m)))

    def unsure(self, text: str, at: int) -> int:
        """Where the earliest mark may have begun that the end of the text cuts short."""
        end = len(text)
        at = max(at, end - self.longest + 1)
        while found := self.begins.search(text, at):
            if text[found.start() :] in self.prefixes:
                return found.start()
            at = found.end()
        return end


_marks = lru_cache(maxsize=4096)(_Marks)


class Scanner:
    """An answer, read from beginning to end as it comes."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._unsaid: list[str] = []  # read since the last event
        self._final = False  # nothing more will come
        self._edge = False  # nothing more will join on here

    def _more(self, delta: str) -> None:
        self._text = self._text[self._at :] + delta
        self._at = 0

    def _cut(self, end: int) -> str:
        piece = self._text[self._at : end]
        self._at = end
        self._unsaid.append(piece)
        return piece

    @property
    def _settled(self) -> bool:
        return self._final or self._edge

    def _find(self, marks: _Marks) -> tuple[re.Match[str] | None, int]:
        """The first mark, unless one that begins earlier may still grow; and how far the text is certain."""
        found = marks.search(self._text, self._at)
        if self._settled:
            return found, len(self._text)
        sure = marks.unsure(self._text, self._at)
        return (found if found and found.start() < sure else None), sure

    def unsaid(self) -> str:
        """Everything read since the last event: to be said as text where it turned out no call."""
        unsaid = "".join(self._unsaid)
        self._unsaid.clear()
        return unsaid

    def pour(self, into: Into, *stops: str, trim: bool = False) -> Script[str]:
        """Emit everything before the first stop as soon as it is certain.

        Args:
            into: Makes the event.
            stops: Where to stop; of two that fit, the earlier, then the longer.
            trim: White space right before a stop belongs to the stop and is not emitted.

        Returns the stop, which has been read too, or "" at the end of the answer.
        """
        marks = _marks(stops)
        while True:
            found, sure = self._find(marks)
            end = found.start() if found else sure
            if trim and (found or not self._settled):
                end = self._at + len(self._text[self._at : end].rstrip())
            if end > self._at:
                yield into(self._cut(end))
            if found:
                self._cut(found.start())
                return self._cut(found.end())
            if self._final:
                return ""
            yield None

    def take(self, *stops: str) -> Script[tuple[str, str]]:
        """Read everything before the first stop. Returns that text, and the stop or ""."""
        marks = _marks(stops)
        held: list[str] = []
        while True:
            found, sure = self._find(marks)
            if found:
                held.append(self._cut(found.start()))
                return "".join(held), self._cut(found.end())
            held.append(self._cut(sure))
            if self._final:
                return "".join(held), ""
            yield None

    def match(self, *marks: str) -> Script[str]:
        """Read whichever mark comes next, the longest that fits; returns it, or "" and reads nothing."""
        wanted = _marks(marks)
        while True:
            here = self._text[self._at : self._at + wanted.longest]
            waiting = not here or here in wanted.prefixes
            if waiting and not (self._final or (self._edge and here)):
                yield None
                continue
            found = wanted.read(self._text, self._at)
            return self._cut(found.end()) if found else ""

    def peek(self) -> Script[str]:
        """The next character, not read; "" at the end of the answer."""
        while self._at == len(self._text) and not self._final:
            yield None
        return self._text[self._at : self._at + 1]

    def space(self) -> Script[str]:
        """Read past white space; returns it."""
        held: list[str] = []
        while True:
            found = _SPACE.match(self._text, self._at)
            held.append(self._cut(found.end() if found else self._at))
            if self._at < len(self._text) or self._final:
                return "".join(held)
            yield None

    def json(self, into: Into) -> Script[bool]:
        """Emit one JSON value exactly as written, as it comes. Returns whether it was whole.

        Brackets and strings are followed, nothing is validated: what a model writes is what the
        client gets. Outside strings and brackets the value ends at white space, `,`, `]`, `}`, `:`
        or `<`.
        """
        depth, quoted, escaped, begun = 0, False, False, False
        while True:
            text, at, whole = self._text, self._at, False
            while at < len(text) and not whole:
                if escaped:
                    escaped, at = False, at + 1
                elif quoted:
                    found = _IN_STRING.search(text, at)
                    at = found.end() if found else len(text)
                    if found:
                        escaped = found[0] == "\\"
                        quoted = escaped
                        whole = not quoted and depth == 0
                elif depth:
                    found = _STRUCTURE.search(text, at)
                    at = found.end() if found else len(text)
                    if found:
                        quoted = found[0] == '"'
                        depth += (found[0] in "{[") - (found[0] in "}]")
                        whole = depth == 0
                elif not begun and text[at] in '"{[':
                    quoted, depth, at = text[at] == '"', int(text[at] != '"'), at + 1
                else:
                    found = _SCALAR_END.search(text, at)
                    at = found.start() if found else len(text)
                    whole = found is not None
                    if whole and not begun and at == self._at:
                        return False
                begun = True
            if at > self._at:
                yield into(self._cut(at))
            if whole:
                return True
            if self._final:
                return begun and depth == 0 and not quoted
            yield None

    def value(self) -> Script[tuple[str, bool]]:
        """Read one JSON value as `json` does; returns its text, and whether it was whole."""
        held: list[str] = []

        def hold(piece: str) -> ParsedEvent:
            held.append(piece)
            return TextDelta(piece)

        script = self.json(hold)
        while True:
            try:
                if next(script) is None:
                    yield None
            except StopIteration as end:
                return "".join(held), end.value
