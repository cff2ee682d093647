"""The published kit, on parsers that break its laws: each must be caught."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from mlxs.events import ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from mlxs.grammar import Grammar, Pattern, Until
from mlxs.parsing import Parser, Scanner, Script, ToolParser, read
from mlxs.parsing.formats import Calls, TaggedJson, TaggedParameters
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs.testing.work import effort, fours

ONE = '<tool_call>{"name": "f", "arguments": {"a": "b c"}}</tool_call>'
SAMPLE = Sample(text=f"Hi \n{ONE}", content="Hi", calls=(("f", {"a": "b c"}),), tools=(Tool(name="f"),))


class Kit(ToolParserKit):
    parser = "some"
    samples = {"one": SAMPLE}
    __test__ = False


class ByDelta(Calls):
    """Looks at each delta by itself, as a regular expression over chunks does."""

    openings = ("<tool_call>",)

    def feed(self, delta: str) -> Any:
        return [TextDelta(delta.upper())] if "tool_call>" in delta else super().feed(delta)

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield from text.space()
        return None


class Hasty(TaggedJson):
    """Does not wait for a mark to be whole."""

    def parse(self, text: Scanner) -> Script[None]:
        while character := (yield from text.peek()):
            found = yield from text.match("Hi")
            yield TextDelta(found.lower() or character)
            if not found:
                yield from text.take(character)


class Forgetful(TaggedJson):
    """Loses what it holds when the answer breaks off."""

    def finish(self) -> Any:
        events = super().finish()
        return [event for event in events if not isinstance(event, TextDelta)]


class Unclosed(TaggedJson):
    """Never ends a call."""

    def _go(self) -> Any:
        return [event for event in super()._go() if not isinstance(event, ToolCallEnd)]


class Presumptuous(TaggedJson):
    """Announces a call before it is certain."""

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield ToolCallStart(index, "f")
        _, end = yield from text.take('"}')
        yield ToolCallArguments(index, '{"a": "b c"}' if end else "{}")
        yield from text.take(">")
        return True


class Hoarder(TaggedJson):
    """Takes everything it is holding up again with each delta."""

    def parse(self, text: Scanner) -> Script[None]:
        yield from text.match(" \n" * 1000)
        yield from super().parse(text)


class Busy(TaggedJson):
    """Looks at everything it has heard with each delta."""

    def feed(self, delta: str) -> Any:
        self.heard = [*getattr(self, "heard", ()), delta]
        for one in self.heard:
            one.strip()
        return super().feed(delta)


class Tidy(TaggedJson):
    """Improves the text."""

    def feed(self, delta: str) -> Any:
        return super().feed(delta.replace("  ", " ").replace("naïve", "naive"))


class Raises(TaggedJson):
    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield from text.space()
        raise KeyError(opening)


class Deaf(TaggedJson):
    opening, closing = "<other>", "</other>"


class Untyped(TaggedParameters):
    """Writes numbers as strings."""

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return super().write(name, {key: str(value) for key, value in arguments.items()})


class Strict(TaggedJson):
    """Knows only what was offered."""

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        for event in super().call(text, index, opening):
            if isinstance(event, ToolCallStart) and event.name not in self.tools:
                event = ToolCallStart(index, "unknown")
            yield event
        return True


class Lax(TaggedJson):
    def grammar(self, *, most: int | None = None) -> Grammar | None:
        return Pattern("(.|\n)*")


class Narrow(TaggedJson):
    def grammar(self, *, most: int | None = None) -> Grammar | None:
        return Until("</call>")


class Free(TaggedJson):
    def grammar(self, *, most: int | None = None) -> Grammar | None:
        return None


def fail(test: str, kind: type[Parser], *arguments: Any, **samples: Sample) -> str:
    """What the kit has against this parser."""
    kit = type("Some", (Kit,), {"samples": samples or Kit.samples})()
    loudly = Kit.fails_loudly.__wrapped__(kit)  # type: ignore[attr-defined]
    next(loudly)
    try:
        with pytest.raises((AssertionError, KeyError)) as caught:
            getattr(kit, test)(kind, *arguments)
    finally:
        next(loudly, None)
    return str(caught.value)


def test_a_parser_of_deltas() -> None:
    assert "cut as" in fail("test_every_pair_of_cuts", ByDelta, SAMPLE)
    fail("test_any_chunking", ByDelta, SAMPLE)
    fail("test_soup_of_marks", ByDelta)


def test_a_parser_that_says_something_else() -> None:
    assert "the content" in fail("test_sample_means", Hasty, SAMPLE)
    assert "the calls" in fail("test_sample_means", Deaf, Sample(text=ONE, content=ONE, calls=SAMPLE.calls))
    assert "breaks off" in fail("test_sample_means", TaggedJson, Sample(text=ONE, calls=(("f", '{"a": "b c"}'),)))
    assert "is not" in fail("test_sample_means", TaggedJson, Sample(text=ONE, calls=(("f", {"a": "b"}),)))
    assert "is whole" in fail("test_sample_means", TaggedJson, Sample(text=ONE[:40], calls=(("f", {"a": "b c"}),)))


def test_a_parser_that_loses_text() -> None:
    fail("test_what_is_no_call_is_text", Forgetful)


def test_a_parser_that_does_not_end_its_calls() -> None:
    assert "has not ended" in fail("test_every_prefix", Unclosed, SAMPLE)
    fail("test_soup_of_marks", Unclosed)


def test_a_parser_that_announces_too_early() -> None:
    text = "Hi <tool_call>, said she."
    fail("test_sample_means", Presumptuous, Sample(text=text, content=text))
    assert "is not over" in fail("test_every_prefix", Presumptuous, SAMPLE)


def test_parsers_that_work_too_much() -> None:
    assert "again and again" in fail("test_linear_time", Hoarder)
    assert "again and again" in fail("test_linear_time", Busy)
    assert effort(TaggedJson(), fours("a" * 4000)) < 2.2 * effort(TaggedJson(), fours("a" * 2000))


def test_a_parser_that_changes_text() -> None:
    fail("test_plain_text_untouched", Tidy)


def test_an_error_is_not_hidden() -> None:
    assert "<tool_call>" in fail("test_sample_means", Raises, SAMPLE)


def test_writing_and_reading_that_disagree() -> None:
    fail("test_reads_what_it_writes", Untyped)
    fail("test_says_what_it_does_not_know", Strict)


def test_grammars_that_do_not_fit() -> None:
    fail("test_grammar_allows_what_it_writes", Lax)
    fail("test_grammar_allows_what_it_writes", Narrow)
    assert "constrained = False" in fail("test_grammar_allows_what_it_writes", Free)


def test_order_of_events() -> None:
    start, some, end = ToolCallStart(0, "f"), ToolCallArguments(0, "{}"), ToolCallEnd(0)
    for events, why in [
        ([ToolCallStart(1, "f")], "should be number 0"),
        ([ToolCallStart(0, "")], "no name"),
        ([start, ToolCallStart(1, "g")], "before the call before it has ended"),
        ([some], "no such call is open"),
        ([start, some, end, some], "no such call is open"),
        ([start, end, end], "no such call is open"),
        ([start, ToolCallArguments(0, "")], "says nothing"),
        ([TextDelta("")], "says nothing"),
        ([ReasoningDelta("")], "says nothing"),
        ([None], "cannot say"),
    ]:
        with pytest.raises(AssertionError, match=why):
            said(events)  # type: ignore[arg-type]


def test_a_test_of_the_kit_may_only_be_expected_to_fail() -> None:
    def skipped(self: Any) -> None: ...

    with pytest.raises(TypeError, match=re.escape("xfail(reason=...)")):
        type("Cheats", (Kit,), {"test_linear_time": skipped})
    with pytest.raises(TypeError, match="test_linear_time"):
        type("Cheats", (Kit,), {"test_linear_time": None})
    with pytest.raises(TypeError, match="test_linear_time"):
        type("Cheats", (Kit,), {"test_linear_time": pytest.mark.xfail(skipped)})
    type("Admits", (Kit,), {"test_linear_time": pytest.mark.xfail(reason="it looks back")(skipped)})
    type("Adds", (Kit,), {"test_something_else": skipped})


def test_a_parser_with_no_write_says_so() -> None:
    class Silent(ToolParser):
        def parse(self, text: Scanner) -> Script[None]:
            yield from text.take()

    assert read(Silent(), "x") == []
    with pytest.raises(NotImplementedError):
        Kit().test_reads_what_it_writes(Silent)
