"""One look for the first of several expressions in a text that is still coming."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .regex import Regex, Step, Unsupported

Groups = Mapping[str, tuple[int, int]]


class Match(NamedTuple):
    """What was found: the number of the expression, where, and where its groups are."""

    which: int
    start: int
    end: int
    groups: Groups


class Way(NamedTuple):
    """A step that reads, or is the last, and the groups that begin and end on the way there."""

    at: int
    groups: tuple[tuple[str, bool], ...]


class Thread(NamedTuple):
    """One way in which the text may still become a match."""

    at: int
    start: int
    groups: Groups


class Program:
    """Expressions to look for together: of two that begin at the same place the one listed first is found.

    Raises Unsupported where one would be found everywhere, for it may be nothing at all.
    """

    def __init__(self, expressions: Sequence[Regex]) -> None:
        self.steps: list[Step] = [Step("fork")]
        starts = []
        for number, expression in enumerate(expressions):
            starts.append(len(self.steps))
            self.steps += *expression.steps, Step("done", number)
        self.steps[0] = Step("fork", tuple(starts))
        self.tests = [re.compile(step.value).match if step.kind == "one" else None for step in self.steps]
        self.ways = [self._ways(at) for at in range(len(self.steps))]
        """Where it goes on from each step, the preferred first."""
        self.begun = self._ways(0, fresh=True)
        """Where it begins at the beginning of the answer."""
        if any(self.steps[way.at].kind == "done" for way in self.ways[0]):
            raise Unsupported("a regular expression that may be nothing at all is found everywhere")
        firsts = [step.value for step in map(self._step, self.ways[0]) if step.kind == "one"]
        self.begins = re.compile("|".join(firsts) or r"(?!)").search
        """Finds the next character with which a match may begin, but for one at the beginning of the answer."""

    def _step(self, way: Way) -> Step:
        return self.steps[way.at]

    def _ways(self, at: int, *, fresh: bool = False) -> list[Way]:
        found, todo, seen = list[Way](), [Way(at, ())], set[int]()
        while todo:
            at, groups = way = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            kind, value = self.steps[at]
            if kind == "fork":
                todo += [Way(at + by, groups) for by in reversed(value)]
            elif kind in ("begin", "end"):
                todo.append(Way(at + 1, (*groups, (value, kind == "begin"))))
            elif kind == "first":
                todo += [Way(at + 1, groups)] if fresh else []
            else:
                found.append(way)
        return found


class Hunt:
    """Where a look at a text stands.

    A match is found once nothing that may still come could make it another one, so that it is the
    same however the text was cut: the earliest; of those the expression's first choice, as in `re`,
    except that an empty match counts only where no other begins.

    Args:
        program: What to look for.
        fresh: Whether the text is the answer's beginning, where `^` holds.
        here: Whether a match must begin where the text does.
    """

    def __init__(self, program: Program, *, fresh: bool, here: bool = False) -> None:
        self.at = 0
        self.found: Match | None = None
        self._program = program
        self._fresh = fresh
        self._here = here
        self._live: list[Thread] = []
        self._best: Match | None = None

    @property
    def pending(self) -> int:
        """Where the earliest match may begin that is not certain."""
        starts = [*(thread.start for thread in self._live[:1]), *([self._best.start] if self._best else [])]
        return min(starts, default=self.at)

    @property
    def over(self) -> bool:
        """Whether more text would tell nothing: a match is found, or none can begin where it must."""
        return self.found is not None or (self._here and self.at > 0 and not self._live)

    def read(self, text: str, at: int = 0) -> None:
        """Look at more text, from there on, until a match is certain or the text is over."""
        while at < len(text) and not self.over:
            if self.at and not (self._live or self._here):
                first = self._program.begins(text, at)
                skipped = (first.start() if first else len(text)) - at
                at, self.at = at + skipped, self.at + skipped
                if not first:
                    break
            self._step(text[at])
            at += 1

    def end(self, *, final: bool) -> None:
        """Nothing that follows joins on to the text; `final` where nothing follows and `$` holds."""
        best = self._best
        for at, start, groups in self._threads():
            if final and self._program.steps[at].kind == "last" and self._best is best:
                self._follow(self._program.ways[at + 1], start, groups, [], set())
        self.found, self._live = self._best, []

    def _threads(self) -> list[Thread]:
        """All ways in which a match may go on or begin here, the preferred first."""
        if not self._best and not (self._here and self.at):
            ways = self._program.begun if self._fresh and not self.at else self._program.ways[0]
            self._follow(ways, self.at, {}, self._live, {thread.at for thread in self._live})
        return self._live

    def _step(self, char: str) -> None:
        threads, live, seen = self._threads(), list[Thread](), set[int]()
        self.at += 1
        for at, start, groups in threads:
            test = self._program.tests[at]
            if test and test(char) and self._follow(self._program.ways[at + 1], start, groups, live, seen):
                break
        self._live = live
        if self._best and not live:
            self.found = self._best

    def _follow(self, ways: list[Way], start: int, groups: Groups, live: list[Thread], seen: set[int]) -> bool:
        """Go on these ways, up to the first that is done. Returns whether one is, and is more than nothing."""
        for at, marks in ways:
            if at in seen:
                continue
            seen.add(at)
            said = groups
            for name, begins in marks:
                said = {**said, name: (self.at if begins else said[name][0], self.at)}
            step = self._program.steps[at]
            if step.kind != "done":
                live.append(Thread(at, start, said))
            elif start < self.at or not self._best:
                self._best = Match(step.value, start, self.at, said)
                if start < self.at:
                    return True
        return False
