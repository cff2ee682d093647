"""Regular expressions that are read as a text comes find what `re` finds in all of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlxs.parsing.declared.hunt import Hunt, Match, Program
from mlxs.parsing.declared.regex import Regex
from mlxs.testing.drawn import chunks
from mlxs.testing.reading import drawing

EXPRESSIONS = [
    r"<a>\s*<b=(?P<n>\w+)>",
    r"\n?</r>",
    r"\s*</r>",
    r"c=(?P<n>\w+).*?<b>",
    r"(?:<a>)?[^<]*<b>",
    r"x(?P<n>a|ab)(?P<m>c|bcd)",
    r"[a-c]{2,4}x?",
    r"(a|b)*?c",
    r"<a>|<ab>|\d",
    r"ab+?",
    r"a(bc)*",
    r"[^a-c\d]b\Z",
    r"a\D\S\W\s?[-\]^x]",
    r"(?:(?:a|b)+c)+",
    r"(?P<n>a*)(?P<m>a*)b",
]
PIECES = ["<a>", "<b=", "<b>", "<ab>", "</r>", "c=", "</", "a", "b", "c", "d", "x", "3", "\n", " ", "<", ">", "é", "٣"]


def find(program: Program, deltas: list[str], *, fresh: bool = False) -> Match | None:
    hunt = Hunt(program, fresh=fresh)
    for delta in deltas:
        assert hunt.pending <= hunt.at
        hunt.read(delta)
    if not hunt.found:
        hunt.end(final=True)
    return hunt.found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_finds_what_re_finds(expression: str) -> None:
    program, theirs = Program([Regex(expression)]), re.compile(expression, re.DOTALL)

    @drawing
    @given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join).flatmap(chunks))
    def check(deltas: list[str]) -> None:
        found, expected = find(program, deltas), theirs.search("".join(deltas))
        assert (found is None) == (expected is None)
        if found and expected:
            assert (found.start, found.end) == expected.span()
            spans = {name: expected.span(name) for name in expected.groupdict()}
            assert found.groups == spans

    check()


def test_the_earliest_then_the_first() -> None:
    program = Program([Regex("ab+"), Regex("a"), Regex("xa")])
    assert find(program, ["za"]) == Match(1, 1, 2, {})
    assert find(program, ["zab", "b", "c"]) == Match(0, 1, 4, {})
    assert find(program, ["xab"]) == Match(2, 0, 2, {})


def test_the_ends_of_the_answer() -> None:
    program = Program([Regex(r"(?:^|<t>)"), Regex("b$")])
    assert find(program, ["ab"], fresh=True) == Match(0, 0, 0, {})
    assert find(program, ["<t>b"], fresh=True) == Match(0, 0, 3, {}), "nothing is found only where nothing else is"
    assert find(program, ["ab"]) == Match(1, 1, 2, {})
    assert find(program, ["abc"]) is None


@pytest.mark.parametrize("expression", ["(?:a|a)*b", "(?:a*)*b", "(?:a+)+b", "a.*a.*a.*b"])
def test_no_expression_takes_longer_than_the_text(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program, followed = Program([Regex(expression)]), 0
    follow = Hunt._follow

    def counted(self, *arguments):  # type: ignore[no-untyped-def]
        nonlocal followed
        followed += 1
        return follow(self, *arguments)

    monkeypatch.setattr(Hunt, "_follow", counted)
    counts = []
    for size in (200, 400):
        followed = 0
        assert find(program, ["a" * size]) is None
        counts.append(followed)
    assert counts[1] < 2.5 * counts[0]


@pytest.mark.parametrize(
    ("expression", "groups", "text"),
    [
        (r"<do>\s*<f=(?P<name>\w+)>", {"name": "x"}, "<do><f=x>"),
        (r"(?:^|<t>\s+)", {}, "<t> "),
        (r"a{2}[^<a]?[^a]", {}, "aa0"),
    ],
)
def test_written(expression: str, groups: dict[str, str], text: str) -> None:
    assert Regex(expression).written(groups) == text
