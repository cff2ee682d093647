"""Regular expressions as programs that read a text once, one character after the other.

`re` can say whether a text matches, but not whether more of it might, and it may take very long to say
so. These programs (Thompson's and Pike's, https://swtch.com/~rsc/regexp/regexp2.html) can say both after
each character, in time that grows with the text alone: that is what a stream of an answer needs, and
what an expression from a stranger's checkpoint should be granted.

Understood is what is regular in Python's syntax, `.` matching line breaks too: literals, classes, groups,
alternatives, greedy and lazy repetition, `^` and `$` of the whole answer. Refused are look-around, back
references, word boundaries, atomic groups, possessive repetition and flags inside the expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import accumulate, takewhile
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Literal, NamedTuple, TypeVar

MOST = 2000
"""Steps of a program, so that `(a{1000}){1000}` is refused."""

T = TypeVar("T", bound=Sized)
Node = tuple[Any, Any]
"""An operation and its argument, as `re` parses them."""


class Unsupported(ValueError):
    """A template that cannot be followed, and why."""


class Step(NamedTuple):
    """One step of a program.

    Args:
        kind: `one` goes on if the next character is one of these; `fork` goes on at each target, the
            first preferred; `begin` and `end` note where a group is; `first` and `last` hold at that
            end of the answer only; `done` is a match.
        value: The characters, as an expression of `re`; how far off the targets are; the group's name;
            the expression's number.
    """

    kind: Literal["one", "fork", "begin", "end", "first", "last", "done"]
    value: Any = None


class Regex:
    """A regular expression.

    Args:
        source: In Python's syntax, or the parsed nodes of a part of one.
        names: The names of the groups by number, where nodes are given.

    Raises Unsupported, with what cannot be read.
    """

    def __init__(self, source: str | Sequence[Node], names: Mapping[int, str] | None = None) -> None:
        try:
            if isinstance(source, str):
                parsed = _parser.parse(source, re.DOTALL)
                if parsed.state.flags & ~(re.DOTALL | re.UNICODE):
                    raise Unsupported(f"{source!r} has flags in it")
                source, names = list(parsed), {number: name for name, number in parsed.state.groupdict.items()}
            self.nodes, self.names = source, names or {}
            self.steps = self._steps(source)
        except (re.error, RecursionError, OverflowError) as error:
            raise Unsupported(f"{str(source)[:80]!r} is no regular expression: {error}") from None

    @classmethod
    def literal(cls, text: str) -> Regex:
        """The expression for exactly this text."""
        return cls([(ops.LITERAL, ord(char)) for char in text])

    @property
    def groups(self) -> set[str]:
        """The names of its groups."""
        return {step.value for step in self.steps if step.kind == "begin"}

    @property
    def prefix(self) -> str:
        """The letters it begins with."""
        return "".join(chr(arg) for _, arg in takewhile(lambda node: node[0] is ops.LITERAL, self.nodes))

    def written(self, groups: Mapping[str, str]) -> str:
        """A short text that the expression means, these texts in the place of its named groups."""
        return self._written(self.nodes, groups)

    def split(self, *groups: str) -> list[Regex] | None:
        """Expressions of what stands before, in, between, in and after these groups.

        None where the groups do not follow each other so.
        """
        parts, rest = list[Sequence[Node]](), self.nodes
        for group in groups:
            found = [n for n, (op, arg) in enumerate(rest) if op is ops.SUBPATTERN and self._name(arg) == group]
            if not found:
                return None
            parts += rest[: found[0]], list(rest[found[0]][1][3])
            rest = rest[found[0] + 1 :]
        return [Regex(part, self.names) for part in (*parts, rest)]

    def _name(self, argument: Any) -> str:
        return self.names.get(argument[0], "")

    def _steps(self, nodes: Iterable[Node]) -> list[Step]:
        return _short([step for node in nodes for step in self._node(*node)])

    def _node(self, op: Any, arg: Any) -> list[Step]:
        if op in _ONES:
            return [Step("one", _one(op, arg))]
        if op is ops.AT and arg in _ENDS:
            return [_ENDS[arg]]
        if op is ops.BRANCH:
            return _either([self._steps(option) for option in arg[1]])
        if op is ops.SUBPATTERN and not (arg[1] or arg[2]):
            name, body = self._name(arg), self._steps(arg[3])
            return [Step("begin", name), *body, Step("end", name)] if name else body
        if op is ops.MAX_REPEAT or op is ops.MIN_REPEAT:
            return _again(arg[0], arg[1], self._steps(arg[2]), greedy=op is ops.MAX_REPEAT)
        raise Unsupported(f"a regular expression has {str(op).lower()} in it, which a stream cannot be held to")

    def _written(self, nodes: Sequence[Node], groups: Mapping[str, str]) -> str:
        said = ""
        for op, arg in nodes:
            if op is ops.LITERAL:
                said += chr(arg)
            elif op is ops.BRANCH:
                said += next(filter(None, (self._written(option, groups) for option in arg[1])), "")
            elif op is ops.SUBPATTERN:
                said += groups.get(self._name(arg) or "") or self._written(arg[3], groups)
            elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
                said += self._written(arg[2], groups) * arg[0]
            elif op in _ONES:
                said += "".join(re.findall(_one(op, arg), "a0 \n<")[:1])
        return said


def _either(bodies: Sequence[Sequence[Step]]) -> list[Step]:
    starts = [0, *accumulate(len(body) + 1 for body in bodies)]
    steps = [Step("fork", tuple(start + 1 for start in starts[:-1]))]
    for body in bodies:
        steps += body
        steps.append(Step("fork", (starts[-1] + 1 - len(steps),)))
    return steps


def _again(least: int, most: Any, body: list[Step], *, greedy: bool) -> list[Step]:
    def fork(past: int) -> Step:
        return Step("fork", (1, past) if greedy else (past, 1))

    size = len(body)
    if most is ops.MAXREPEAT:
        rest = [fork(size + 2), *body, Step("fork", (-size - 1,))]
    else:
        _short(range(size * most))
        rest = [fork(size + 1), *body] * (most - least)
    _short(range(size * least))
    return _short(body * least + rest)


def _short(steps: T) -> T:
    if len(steps) > MOST:
        raise Unsupported("a regular expression is too long")
    return steps


def _one(op: Any, arg: Any) -> str:
    """An expression for one character of those that the node stands for."""
    if op is ops.LITERAL:
        return re.escape(chr(arg))
    if op is ops.NOT_LITERAL:
        return f"[^{re.escape(chr(arg))}]"
    if op is ops.RANGE:
        return "-".join(re.escape(chr(end)) for end in arg)
    if op is ops.IN:
        return f"[{''.join(_one(*item) for item in arg)}]"
    if op is ops.CATEGORY:
        return _CATEGORIES[arg]
    return "^" if op is ops.NEGATE else r"[\s\S]"


_ONES = (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}
_ENDS = {
    ops.AT_BEGINNING: Step("first"),
    ops.AT_BEGINNING_STRING: Step("first"),
    ops.AT_END: Step("last"),
    ops.AT_END_STRING: Step("last"),
}
