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

_ESCAPES = {chr(code): f"\\u{code:04x}" for code in range(0x20)} | {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPACE = re.compile(r"\s*")
_IN_STRING = re.compile(r'["\\\x00-\x1f]')
_STRUCTURE = re.compile(r'["{}\[\]<]')
_SCALAR_END = re.compile(r"[\s,\]}:<]")
_PATIENCE = 1000  # reads at the end of the answer, after which a parser is taken to be in an endless loop


class _Marks:
    """Strings to look for, ready to be found or to be waited for."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        longest_first = sorted(filter(None, marks), key=len, reverse=True)
        self.longest = max(map(len, longest_first), default=1)
        any_of_them = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self.search, self.read = any_of_them.search, any_of_them.match
        firsts = "".join(re.escape(first) for first in sorted({mark[0] for mark in longest_first}))
        self.begins = re.compile(f"[{firsts}]" if firsts else r"(?!)").search
        self.prefixes = frozenset(mark[:n] for mark in longest_first for n in range(1, len(mark)))

    def unsure(self, text: str, at: int) -> int:
        """Where the earliest mark may have begun that the end of the text cuts short."""
        end = len(text)
        at = max(at, end - self.longest + 1)
        while found := self.begins(text, at):
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
        self._patience = _PATIENCE

    def _more(self, delta: str) -> None:
        self._text = self._text[self._at :] + delta
        self._at = 0
        self._edge = False

    def _cut(self, end: int) -> str:
        piece = self._text[self._at : end]
        self._at = end
        self._unsaid.append(piece)
        return piece

    def _over(self) -> bool:
        """Whether nothing more will come; raises where a parser asks again and again."""
        if self._final and self._at == len(self._text):
            self._patience -= 1
            if self._patience < 0:
                self._patience = _PATIENCE
                raise RuntimeError("the parser does not stop at the end of the answer")
        return self._final

    def _find(self, marks: _Marks) -> tuple[re.Match[str] | None, int]:
        """The first mark, unless one that begins earlier may still grow; and how far the text is certain."""
        text = self._text
        first = marks.begins(text, self._at)
        if first is None:
            return None, len(text)
        found = marks.search(text, first.start())
        if self._final or self._edge:
            return found, len(text)
        sure = marks.unsure(text, first.start())
        return (found if found and found.start() < sure else None), sure

    def unsaid(self) -> str:
        """Everything read since the last event: to be said as text where it turned out no call."""
        unsaid = "".join(self._unsaid)
        self._unsaid.clear()
        return unsaid

    def leave(self, unsaid: str) -> None:
        """Let a text be unsaid again, over an event that does not say it."""
        self._unsaid.append(unsaid)

    @property
    def settled(self) -> bool:
        """Whether nothing will join on to what has come: it is the end, or an edge."""
        return self._edge or self.ended

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._over()

    def ahead(self) -> str:
        """All that has come, to look at: what of it turns out to be read is to be left unsaid, the rest put back."""
        ahead, self._at = self._text[self._at :], len(self._text)
        return ahead

    def back(self, ahead: str) -> None:
        """Put back what was only looked at."""
        self._text, self._at = ahead + self._text[self._at :], 0

    def pour(self, into: Into, *stops: str, trim: bool = False, cut_short: bool = True) -> Script[str]:
        """Emit everything before the first stop as soon as it is certain.

        Args:
            into: Makes the event.
            stops: Where to stop; of two that fit, the earlier, then the longer.
            trim: White space right before a stop belongs to the stop and is not emitted.
            cut_short: Whether the beginning of a stop that the end of the answer cuts short is emitted.

        Returns the stop, which has been read too, with the white space before it where `trim`; ""
        at the end of the answer.
        """
        marks = _marks(stops)
        gap: list[str] = []
        while True:
            found, sure = self._find(marks)
            end = said = found.start() if found else sure
            settled = not found and (self._final or self._edge)
            if trim and not settled:
                said = self._at + len(self._text[self._at : end].rstrip())
            elif self._final and not (found or cut_short):
                said = marks.unsure(self._text, self._at)
            if said > self._at or (gap and settled):
                yield into("".join(gap) + self._cut(said))
                gap.clear()
            if end > self._at:
                gap.append(self._cut(end))
            if found:
                return "".join(gap) + self._cut(found.end())
            if self._over():
                return ""
            yield None

    def before(self, *stops: str) -> Script[str]:
        """Read everything before the first stop, or all there is; returns it. The stop is not read."""
        marks = _marks(stops)
        held: list[str] = []
        while True:
            found, sure = self._find(marks)
            held.append(self._cut(found.start() if found else sure))
            if found or self._over():
                return "".join(held)
            yield None

    def take(self, *stops: str) -> Script[tuple[str, str]]:
        """Read everything before the first stop. Returns that text, and the stop or ""."""
        text = yield from self.before(*stops)
        return text, (yield from self.match(*stops))

    def match(self, *marks: str) -> Script[str]:
        """Read whichever mark comes next, the longest that fits; returns it, or "" and reads nothing."""
        wanted = _marks(marks)
        while True:
            here = self._text[self._at : self._at + wanted.longest]
            if (here and (self._edge or here not in wanted.prefixes)) or self._over():
                found = wanted.read(self._text, self._at)
                return self._cut(found.end()) if found else ""
            yield None

    def peek(self) -> Script[str]:
        """The next character, not read; "" at the end of the answer."""
        while self._at == len(self._text) and not self._over():
            yield None
        return self._text[self._at : self._at + 1]

    def chars(self, count: int) -> Script[str]:
        """Read as many characters, fewer at the end of the answer; returns them."""
        while len(self._text) - self._at < count and not self._over():
            yield None
        return self._cut(min(self._at + count, len(self._text)))

    def space(self) -> Script[str]:
        """Read past white space; returns it."""
        held: list[str] = []
        while True:
            found = _SPACE.match(self._text, self._at)
            held.append(self._cut(found.end() if found else self._at))
            if self._at < len(self._text) or self._over():
                return "".join(held)
            yield None

    def json(self, into: Into, depth: int = 0) -> Script[bool]:
        """Emit one JSON value as it comes. Returns whether it was whole.

        Args:
            depth: How many of its opening brackets have been read already.

        Brackets and strings are followed, nothing is validated: what a model writes is what the
        client gets, but for two slips inside strings that would make it no JSON: a raw control
        character is escaped, and so is a backslash that escapes nothing (`\\d`). A value ends early at
        a `<` outside its strings, where no JSON has one and a tag may begin. Outside strings and
        brackets it ends at white space, `,`, `]`, `}` or `:`.
        """
        quoted, escaped, begun = False, False, depth > 0
        while True:
            text, at, whole, broken = self._text, self._at, False, False
            pieces: list[str] = []
            while at < len(text) and not (whole or broken):
                if escaped:
                    escaped = False
                    if text[at] in '"\\/bfnrtu':
                        at += 1
                    else:
                        pieces += self._cut(at), "\\"
                elif quoted:
                    found = _IN_STRING.search(text, at)
                    at = found.end() if found else len(text)
                    if found and found[0] < " ":
                        pieces += self._cut(at - 1), _ESCAPES[self._cut(at)]
                    elif found:
                        escaped = found[0] == "\\"
                        quoted = escaped
                        whole = not quoted and depth == 0
                elif depth:
                    found = _STRUCTURE.search(text, at)
                    at = found.end() if found else len(text)
                    if found and found[0] == "<":
                        broken, at = True, at - 1
                    elif found:
                        quoted = found[0] == '"'
                        depth += (found[0] in "{[") - (found[0] in "}]")
                        whole = depth == 0
                elif not begun and text[at] in '"{[':
                    quoted, depth, at = text[at] == '"', int(text[at] != '"'), at + 1
                else:
                    found = _SCALAR_END.search(text, at)
                    at = found.start() if found else len(text)
                    whole = found is not None
                    broken = whole and not begun and at == self._at
                begun = True
            pieces.append(self._cut(at))
            if piece := "".join(pieces):
                yield into(piece)
            if whole or broken:
                return not broken
            if self._over():
                return begun and depth == 0 and not quoted
            yield None

    def value(self) -> Script[str]:
        """Read one JSON value as `json` does; returns its text, or "" where it was not whole."""
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
                return "".join(held) if end.value else ""
