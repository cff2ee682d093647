"""The scanner: every way to read on, against a model that sees the whole text at once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.parsing import Parser, Scanner, Script, read
from mlxs.testing.drawn import chunks

drawing = settings(max_examples=400, deadline=None, database=None)
letters = st.text("ab< \n", max_size=12)
some_marks = st.lists(st.text("ab<", min_size=1, max_size=4), min_size=1, max_size=3).map(tuple)


def first(text: str, marks: tuple[str, ...]) -> tuple[str, str, str]:
    """What a mark splits the text into: the earliest mark, of those the longest."""
    found = min(((text.find(mark), -len(mark), mark) for mark in marks if mark in text), default=None)
    if found is None:
        return text, "", ""
    at, _, mark = found
    return text[:at], mark, text[at + len(mark) :]


class Reads(Parser):
    """Does one thing with the text and says what came of it."""

    def __init__(self, method: str, *marks: str, **options: Any) -> None:
        self.do = (method, marks, options)
        self.result: Any = None
        super().__init__()

    def parse(self, text: Scanner) -> Script[None]:
        method, marks, options = self.do
        into = (ReasoningDelta,) if method in ("pour", "json") else ()
        self.result = yield from getattr(text, method)(*into, *marks, **options)


def spoken(parser: Parser, deltas: list[str]) -> tuple[str, str]:
    """What was poured, and what was left over."""
    events = read(parser, *deltas)
    return (
        "".join(event.text for event in events if isinstance(event, ReasoningDelta)),
        "".join(event.text for event in events if isinstance(event, TextDelta)),
    )


@drawing
@given(letters, some_marks, st.data())
def test_pour(text: str, marks: tuple[str, ...], data: st.DataObject) -> None:
    before, mark, after = first(text, marks)
    parser = Reads("pour", *marks)
    assert spoken(parser, data.draw(chunks(text))) == (before, after)
    assert parser.result == mark


@drawing
@given(letters, some_marks, st.data())
def test_pour_trims(text: str, marks: tuple[str, ...], data: st.DataObject) -> None:
    before, mark, after = first(text, marks)
    said = before.rstrip() if mark else before
    parser = Reads("pour", *marks, trim=True)
    assert spoken(parser, data.draw(chunks(text))) == (said, after)
    assert parser.result == before[len(said) :] + mark


@drawing
@given(letters, some_marks, st.data())
def test_pour_leaves_out_what_is_cut_short(text: str, marks: tuple[str, ...], data: st.DataObject) -> None:
    before, mark, _ = first(text, marks)
    begun = max((n for m in marks for n in range(1, len(m)) if before.endswith(m[:n])), default=0)
    said = before if mark else before[: len(before) - begun]
    assert spoken(Reads("pour", *marks, cut_short=False), data.draw(chunks(text)))[0] == said


@drawing
@given(letters, some_marks, st.data())
def test_take(text: str, marks: tuple[str, ...], data: st.DataObject) -> None:
    before, mark, after = first(text, marks)
    parser = Reads("take", *marks)
    assert spoken(parser, data.draw(chunks(text))) == ("", after)
    assert parser.result == (before, mark)


@drawing
@given(letters, some_marks, st.data())
def test_match(text: str, marks: tuple[str, ...], data: st.DataObject) -> None:
    mark = max((mark for mark in marks if text.startswith(mark)), key=len, default="")
    parser = Reads("match", *marks)
    assert spoken(parser, data.draw(chunks(text))) == ("", text.removeprefix(mark))
    assert parser.result == mark


@drawing
@given(letters, st.data())
def test_space_and_peek(text: str, data: st.DataObject) -> None:
    parser = Reads("space")
    assert spoken(parser, data.draw(chunks(text))) == ("", text.lstrip())
    assert parser.result == text[: len(text) - len(text.lstrip())]
    parser = Reads("peek")
    assert spoken(parser, data.draw(chunks(text))) == ("", text)
    assert parser.result == text[:1]


@pytest.mark.parametrize(
    ("marks", "text", "said", "mark"),
    [
        (("<a", "<ab"), "x<abc", "x", "<ab"),
        (("<a", "<ab"), "x<ac", "x", "<a"),
        (("<ab>", "b"), "<ab>", "", "<ab>"),
        (("<ab>", "b"), "<abc", "<a", "b"),
        (("aab",), "aaab", "a", "aab"),
        (("abab", "ba"), "abaab", "a", "ba"),
        (("]]>", "]]"), "a]]]>", "a", "]]"),
        ((".*", "[a-]", "\\"), "a-[a-]", "a-", "[a-]"),
    ],
)
def test_one_mark_inside_another(marks: tuple[str, ...], text: str, said: str, mark: str) -> None:
    for deltas in ([text], list(text)):
        parser = Reads("pour", *marks)
        assert spoken(parser, deltas)[0] == said
        assert parser.result == mark


def test_text_is_passed_on_as_soon_as_it_is_certain() -> None:
    parser = Reads("pour", "<end>")
    assert parser.feed("one two <e") == [ReasoningDelta("one two ")]
    assert parser.feed("gg> thr") == [ReasoningDelta("<egg> thr")]
    assert parser.feed("<end") == []
    assert parser.finish() == [ReasoningDelta("<end")]


def test_white_space_waits_for_its_stop() -> None:
    parser = Reads("pour", "<end>", trim=True)
    assert parser.feed("one ") == [ReasoningDelta("one")]
    assert parser.feed("\n") == []
    assert parser.unread == ""
    assert parser.feed("two") == [ReasoningDelta(" \ntwo")]
    assert [*parser.feed("  <end>"), *parser.finish()] == []
    assert parser.result == "  <end>"


OPERATIONS = st.tuples(st.sampled_from(["pour", "take", "match"]), some_marks) | st.tuples(
    st.sampled_from(["space", "peek", "json", "value"]), st.just(())
)


class Program(Parser):
    """Reads in any way it is told, again and again, and says what it read."""

    def __init__(self, operations: list[tuple[str, tuple[str, ...]]]) -> None:
        self.operations = operations
        super().__init__()

    def parse(self, text: Scanner) -> Script[None]:
        while (yield from text.peek()):
            for method, marks in self.operations:
                into = (TextDelta,) if method in ("pour", "json") else ()
                result = yield from getattr(text, method)(*into, *marks)
                yield ReasoningDelta(f"{method} {result!r};")
            result = yield from text.take("\n")
            yield ReasoningDelta(f"take {result!r};")


@drawing
@given(st.lists(OPERATIONS, min_size=1, max_size=5), st.text('ab< \n"{}[],\\1:', max_size=25), st.data())
def test_no_cut_changes_any_reading(operations: Any, text: str, data: st.DataObject) -> None:
    whole = read(Program(operations), text)
    assert read(Program(operations), *text) == whole
    assert read(Program(operations), *data.draw(chunks(text))) == whole


@drawing
@given(st.lists(OPERATIONS, min_size=1, max_size=4), st.lists(st.text('ab< \n"{}1', min_size=1, max_size=6)), st.data())
def test_no_cut_between_edges_changes_any_reading(operations: Any, parts: list[str], data: st.DataObject) -> None:
    """An edge is a place in the text: what happens there does not depend on how the text came."""

    def heard(*, cut: bool) -> list[Any]:
        parser, events = Program(operations), list[Any]()
        for part in parts:
            for delta in data.draw(chunks(part)) if cut else [part]:
                events += parser.feed(delta)
            events += [*parser.edge(), *parser.edge(), "edge"]
            assert parser.unread == ""
        return [*events, *parser.finish()]

    whole, cut = heard(cut=False), heard(cut=True)
    told = [event for event in whole if not isinstance(event, TextDelta)]
    assert [event for event in cut if not isinstance(event, TextDelta)] == told
    assert _text_between(cut) == _text_between(whole)


def _text_between(events: list[Any]) -> list[str]:
    said = [""]
    for event in events:
        if isinstance(event, TextDelta):
            said[-1] += event.text
        else:
            said.append("")
    return said


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@drawing
@given(values, st.sampled_from(["", " ", ",", "}", "]", "\n</x>"]), st.booleans(), st.data())
def test_json_as_written(value: Any, after: str, ascii: bool, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=ascii)
    parser = Reads("json")
    assert spoken(parser, data.draw(chunks(text + after))) == (text, after)
    assert parser.result is True


@drawing
@given(st.text(), st.data())
def test_json_slips_in_strings_are_mended(value: str, data: st.DataObject) -> None:
    """Raw control characters, and backslashes that escape nothing."""
    raw = re.sub(r'([\\"])', r"\\\1", value)
    text = '{"a": "' + raw + '"}'
    said, _ = spoken(Reads("json"), data.draw(chunks(text)))
    assert json.loads(said) == {"a": value}


def test_json_backslashes_that_escape_nothing() -> None:
    for deltas in (['["\\d+\\.", "\\\n"]'], list('["\\d+\\.", "\\\n"]')):
        assert json.loads(spoken(Reads("json"), deltas)[0]) == ["\\d+\\.", "\\\n"]


@pytest.mark.parametrize(
    ("text", "said", "whole"),
    [
        ('{"a": [1, 2}', '{"a": [1, 2}', False),
        ('{"a": 1</x>', '{"a": 1', False),
        ('{"a": "</x>"}</x>', '{"a": "</x>"}', True),
        ('"abc', '"abc', False),
        ("12", "12", True),
        ("12</x>", "12", True),
        ("</x>", "", False),
        ("", "", False),
        ("}", "", False),
    ],
)
def test_json_that_breaks_off(text: str, said: str, whole: bool) -> None:
    for deltas in ([text], list(text)):
        parser = Reads("json")
        assert spoken(parser, deltas) == (said, text.removeprefix(said))
        assert parser.result is whole
        parser = Reads("value")
        read(parser, *deltas)
        assert parser.result == (said if whole else "")
