"""Parsers by themselves and in a row: raising, edges, endings."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.events import ParsedEvent, ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from mlxs.parsing import Chain, Parser, ReasoningParser, Scanner, Script, ToolParser, read, walk
from mlxs.parsing.formats import Tagged, TaggedJson
from mlxs.testing.drawn import chunks


class Shouted(ReasoningParser):
    """Thinks between asterisks, again and again."""

    def parse(self, text: Scanner) -> Script[None]:
        while (yield from text.pour(TextDelta, "**")):
            yield from text.pour(ReasoningDelta, "**")


class Fails(Parser):
    """Fails at `!`, wherever it is by then."""

    def parse(self, text: Scanner) -> Script[None]:
        yield from text.pour(TextDelta, "<")
        name, _ = yield from text.take(":")
        yield ToolCallStart(0, name)
        yield from text.pour(lambda piece: ToolCallArguments(0, piece), "!")
        yield from text.take("?")
        raise ValueError("no such thing")


class Endless(Parser):
    """Does not notice that the answer is over."""

    def parse(self, text: Scanner) -> Script[None]:
        while True:
            yield from text.pour(TextDelta, "<")
            yield from text.match("<")


class Waits(Parser):
    """Waits for what never comes."""

    def parse(self, text: Scanner) -> Script[None]:
        yield from text.take("x")
        while True:
            yield None


@settings(max_examples=100, deadline=None, database=None)
@given(st.data())
def test_a_parser_that_raises_steps_aside(data: st.DataObject) -> None:
    text = "hi <call:{1} ! so? more <call:{2}"
    warnings: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = warnings.append  # type: ignore[method-assign]
    log = logging.getLogger("mlxs.parsing.parser")
    log.addHandler(handler)
    log.propagate = False
    try:
        events = read(Fails(), *data.draw(chunks(text)))
    finally:
        log.removeHandler(handler)
        log.propagate = True
    assert events == [
        TextDelta("hi "),
        ToolCallStart(0, "call"),
        ToolCallArguments(0, "{1} "),
        ToolCallEnd(0, complete=False),
        TextDelta("! so? more <call:{2}"),
    ]
    assert len(warnings) == 1
    assert "Fails" in warnings[0].getMessage()


def test_a_parser_in_an_endless_loop_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    assert read(Endless(), "a<b<", "<c") == [TextDelta("abc")]
    assert "does not stop at the end" in caplog.text


def test_a_parser_that_waits_for_ever_loses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert read(Waits(), "one x two") == [TextDelta("one x two")]
    assert "Waits" in caplog.text


def test_what_a_parser_leaves_unread_is_text() -> None:
    class First(Parser):
        def parse(self, text: Scanner) -> Script[None]:
            word, _ = yield from text.take(" ")
            yield ReasoningDelta(word)

    assert read(First(), "one two three") == [ReasoningDelta("one"), TextDelta("two three")]


def test_nothing_comes_after_the_end() -> None:
    parser = Shouted()
    assert parser.feed("a") == [TextDelta("a")]
    assert parser.finish() == []
    assert parser.finish() == []
    assert parser.feed("") == []


def test_an_edge_settles_what_was_waited_for() -> None:
    parser = Shouted()
    assert parser.feed("a*") == [TextDelta("a")]
    assert parser.edge() == [TextDelta("*")]
    assert parser.edge() == []
    assert parser.feed("*") == []
    assert parser.feed("*b") == [ReasoningDelta("b")]


class Marked(ToolParser):
    """`[name]` is a call."""

    def parse(self, text: Scanner) -> Script[None]:
        index = 0
        while (yield from text.pour(TextDelta, "[")):
            name, end = yield from text.take("]")
            if not end:
                yield TextDelta(text.unsaid())
                return
            yield from (ToolCallStart(index, name), ToolCallArguments(index, "{}"), ToolCallEnd(index))
            index += 1


def called(index: int, name: str) -> list[ParsedEvent]:
    return [ToolCallStart(index, name), ToolCallArguments(index, "{}"), ToolCallEnd(index)]


@settings(max_examples=150, deadline=None, database=None)
@given(st.data())
def test_each_parser_reads_what_the_one_before_left_over(data: st.DataObject) -> None:
    text = "a **[x]** b [y] *[z]** c[**d"
    events = read(Chain(Shouted(), Marked()), *data.draw(chunks(text)))
    assert events == [
        TextDelta("a "),
        ReasoningDelta("[x]"),
        TextDelta(" b "),
        *called(0, "y"),
        TextDelta(" *"),
        *called(1, "z"),
        ReasoningDelta(" c["),
        TextDelta("d"),
    ]


def test_a_chain_keeps_the_order_of_what_was_said() -> None:
    chain = Chain(Shouted(), Marked())
    assert chain.feed("a[") == [TextDelta("a")]
    assert chain.feed("b **think") == [ReasoningDelta("think")]
    assert chain.feed("ing** c] d") == [ReasoningDelta("ing"), *called(0, "b  c"), TextDelta(" d")]


def test_a_chain_of_chains() -> None:
    text = "a **[x]** b [y]"
    assert read(Chain(Chain(Shouted()), Chain(Marked(), Chain())), *text) == read(Chain(Shouted(), Marked()), text)


def test_a_chain_of_none_is_text() -> None:
    assert list(walk(Chain(), ["a", "b"])) == [TextDelta("a"), TextDelta("b")]


def test_a_parser_stands_in_a_chain_once() -> None:
    both = Marked()
    assert read(Chain(both, both), "[a][b]") == [*called(0, "a"), *called(1, "b")]


def test_an_edge_goes_through_a_chain() -> None:
    chain = Chain(Tagged(), TaggedJson())
    assert chain.feed("<|assistant|>\n") == [TextDelta("<|assistant|>")]
    assert chain.edge() == [TextDelta("\n")]
    assert chain.feed("<thi") == []
    assert chain.edge() == [TextDelta("<thi")]
    assert chain.finish() == []
