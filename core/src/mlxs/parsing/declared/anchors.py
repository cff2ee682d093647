"""What a template looks for in an answer: literals and regular expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from ...events import ParsedEvent, TextDelta
from ..scanner import Into, Scanner, Script
from .hunt import Hunt, Match, Program
from .regex import Regex

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True)
class Anchor:
    """Where something begins or ends: one of some literals, or what a regular expression matches."""

    literals: tuple[str, ...] = ()
    regex: Regex | None = None

    def written(self, groups: Mapping[str, str] | None = None) -> str | None:
        """The anchor as it may be written, its named groups saying this; None where it cannot be told."""
        if self.regex is None:
            return self.literals[0]
        text, hunt = self.regex.written(groups or {}), Hunt(Program([self.regex]), fresh=True, here=True)
        hunt.read(text)
        hunt.end(final=True)
        if not hunt.found or hunt.found.end < len(text):
            return None
        said = {name: text[slice(*place)] for name, place in hunt.found.groups.items()}
        return text if said.items() >= (groups or {}).items() else None

    @property
    def opening(self) -> str:
        """What it begins with, whatever its groups say."""
        if self.regex is None:
            return self.literals[0]
        return self.regex.prefix or self.regex.written(dict.fromkeys(self.regex.groups, "\0")).partition("\0")[0]

    @property
    def is_nothing(self) -> bool:
        """Whether it may be nothing at all where the answer begins."""
        hunt = Hunt(Program([self.regex] if self.regex else []), fresh=True)
        hunt.end(final=False)
        return hunt.found is not None


class Place(NamedTuple, Generic[K]):
    """Where an anchor was found.

    Args:
        key: Whose anchor it is.
        said: Its text.
        gap: White space before it that belongs to it.
        groups: The texts of its named groups.
    """

    key: K
    said: str
    gap: str = ""
    groups: Mapping[str, str] = {}


@dataclass
class Anchors(Generic[K]):
    """Anchors to look for together.

    The earliest is found; of two that begin at the same place a regular expression rather than a
    literal, the expression given first, the longer literal.

    Args:
        given: The anchors, each with what it is called here.

    Raises Unsupported where one would be found everywhere.
    """

    given: Sequence[tuple[K, Anchor]]

    def __post_init__(self) -> None:
        self._literals = {literal: key for key, anchor in self.given for literal in anchor.literals}
        self._longest_first = sorted(self._literals, key=len, reverse=True)
        self._expressions = [(key, anchor.regex) for key, anchor in self.given if anchor.regex]
        self._program = Program([*(regex for _, regex in self._expressions), *map(Regex.literal, self._longest_first)])

    def pour(
        self, text: Scanner, into: Into, *, fresh: bool = False, trim: bool = False, cut_short: bool = True
    ) -> Script[Place[K] | None]:
        """Emit everything before the first anchor, as `Scanner.pour` does; where `fresh`, `^` holds here.

        Returns where it is; None at the end.
        """
        if self._expressions:
            return (yield from self._hunt(text, into, Hunt(self._program, fresh=fresh), trim, cut_short))
        stop = yield from text.pour(into, *self._literals, trim=trim, cut_short=cut_short)
        if not stop:
            return None
        said = next(literal for literal in self._longest_first if stop.endswith(literal))
        return Place(self._literals[said], said, stop.removesuffix(said))

    def take(self, text: Scanner) -> Script[tuple[str, Place[K] | None]]:
        """Read everything before the first anchor. Returns that text, and where the anchor is."""
        held: list[str] = []

        def hold(piece: str) -> ParsedEvent:
            held.append(piece)
            return TextDelta(piece)

        place = yield from quietly(self.pour(text, hold))
        return "".join(held), place

    def match(self, text: Scanner) -> Script[bool]:
        """Read the anchor that comes next, if one does."""
        if not self._expressions:
            return bool((yield from text.match(*self._literals)))
        hunt, held = Hunt(self._program, fresh=False, here=True), list[str]()
        while True:
            held.append(text.ahead())
            hunt.read(held[-1])
            if text.settled:
                hunt.end(final=text.ended)
            if text.settled or hunt.over:
                break
            yield None
        whole, end = "".join(held), hunt.found.end if hunt.found else 0
        text.leave(whole[:end])
        text.back(whole[end:])
        return hunt.found is not None

    def _hunt(self, text: Scanner, into: Into, hunt: Hunt, trim: bool, cut_short: bool) -> Script[Place[K] | None]:
        base, gap, held = 0, list[str](), list[str]()
        while True:
            held.append(text.ahead())
            hunt.read(held[-1])
            sure = hunt.pending
            if over := text.settled:
                hunt.end(final=text.ended)
                sure = hunt.pending if cut_short or not text.ended else sure
            found = hunt.found
            sure = found.start if found else sure
            if found or over or sure > base:
                whole = "".join(held)
                certain, held, base = whole[: sure - base], [whole[sure - base :]], sure
                settled = over and not found
                said = len(certain if settled or not trim else certain.rstrip())
                if piece := "".join(gap) + certain[:said] if said or settled else "":
                    gap.clear()
                    text.leave(piece)
                    yield into(piece)
                gap.append(certain[said:])
            if found and (found.end > found.start or not text.ended):
                return self._found(found, text, "".join(gap), held[0])
            if over and text.ended:
                text.leave(held[0])
                return None
            if over:
                hunt, base, held = Hunt(self._program, fresh=False), 0, []
            yield None

    def _found(self, found: Match, text: Scanner, gap: str, ahead: str) -> Place[K]:
        """The place of a match, with which the text looked at begins."""
        at, size = found.start, found.end - found.start
        text.leave(gap + ahead[:size])
        text.back(ahead[size:])
        count = len(self._expressions)
        key = self._expressions[found.which][0] if found.which < count else self._literals[ahead[:size]]
        groups = {name: ahead[begin - at : end - at] for name, (begin, end) in found.groups.items()}
        return Place(key, ahead[:size], gap, groups)


def quietly(script: Script[T]) -> Script[T]:
    """Read as the script does, and say nothing of it."""
    while True:
        try:
            event = next(script)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if event is None:
            yield None
