"""The shared formats, declared with marks as awkward as can be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.parsing import Parser, ToolParser, read
from mlxs.parsing.formats import Tagged, TaggedJson, TaggedPairs, TaggedParameters
from mlxs.requests import Tool
from mlxs.testing.laws import Sample, said

TOOL = Tool(name="f", parameters={"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}})


class Alike(Tagged):
    """Opening and closing tag are the same, and begin as a call does."""

    opening = closing = "<a>"
    ended_by = ("<a", "<ab>")


class Nested(Tagged):
    opening, closing, ended_by = "((", ")", ("((x",)


class BareJson(TaggedJson):
    """Tags that JSON itself is made of."""

    opening, closing = "{", "}"


class Call(TaggedJson):
    opening, closing = "<a", "<a>"
    name_keys, arguments_keys = ("tool", "name"), ("args", "arguments")


class Short(TaggedParameters):
    """Every tag begins as another does."""

    opening, closing = "<c>", "</c>"
    function, parameter = ("<c=", ">", "</c="), ("<c:", ">", "</c:>")


class Square(TaggedParameters):
    opening, closing = "[", "]"
    function, parameter = ("[f ", "]", "[/f]"), ("[p ", "]", "[/p]")


class Pairs(TaggedPairs):
    """Everything that may be there is, spelt in two ways."""

    opening, closing, block, separator = "<c>", "</c>", ("<cs>", "</cs>"), "<c->"
    key, value, told = ("<k>", "</k>"), ("<v>", "</v>"), ("<t>", "</t>")
    endings = (":x>", ">")


class Opened(Tagged):
    """A thought that the prompt begins, with tags of several kinds."""

    begins_thinking = True
    opening, closing, ended_by = "<t>", "</t>", ("<c",)
    others = (("<t2>", "</t2>"),)
    answer = "<a>", "</a>"


MARKS = {
    Alike: ["<a>", "<a", "<ab>", "b>", "\n", " ", "x"],
    Nested: ["(", ")", "((", "((x", " ", "\n", "x"],
    BareJson: ["{", "}", '"name"', ":", '"f"', ",", '"arguments"', "{}", " "],
    Call: ["<a", ">", '{"tool": "f", ', '"args": ', '{"n": 1}', "}", '"', "\\", "\n", "x"],
    Short: ["<c>", "<c=f>", "</c=", "<c:", "n>", "s>", "</c:>", "</c>", "1", "\n", "x", "<", "<c=f><c:s>"],
    Pairs: [
        "<cs>",
        "<c:x>",
        "f",
        "<c->",
        "<k>",
        "n",
        "</k:x>",
        "<t>",
        "</t>",
        "<v:x>",
        "1",
        "</v>",
        "</c>",
        "</cs:x>",
        "\n",
    ],
    Opened: ["<t>", "</t>", "<t2>", "</t2>", "<c", "<a>", "</a>", "\n", " ", "x", "<", "t"],
    Square: ["[", "]", "[f ", "f]", "[/f]", "[p ", "n]", "s]", "[/p]", "1", "\n", " "],
}


@pytest.mark.parametrize("kind", MARKS)
def test_any_marks_in_any_pieces(kind: type[Parser]) -> None:
    @settings(max_examples=1000, deadline=None, database=None)
    @given(st.lists(st.sampled_from(MARKS[kind]), max_size=14))
    def check(deltas: list[str]) -> None:
        text = "".join(deltas)
        whole = read(kind((TOOL,)), text)  # type: ignore[call-arg]
        assert read(kind((TOOL,)), *deltas) == whole  # type: ignore[call-arg]
        assert read(kind((TOOL,)), *text) == whole  # type: ignore[call-arg]
        answer = said(whole)
        assert all(call.complete is not None for call in answer.calls)
        if not answer.calls and issubclass(kind, ToolParser):
            assert answer.content == text

    check()


@pytest.mark.parametrize("kind", [BareJson, Call, Pairs, Short, Square])
def test_what_is_written_is_read(kind: type[ToolParser]) -> None:
    arguments = {"s": "two\n lines ", "n": 7}
    text = kind((TOOL,)).write("f", arguments)
    answer = said(Sample(text=text, tools=(TOOL,)).read(kind, *text))
    assert [(call.name, json.loads(call.arguments), call.complete) for call in answer.calls] == [("f", arguments, True)]
    assert answer.content == ""


@pytest.mark.parametrize(
    ("text", "reasoning", "content"),
    [
        ("a <t> b</t2>\n<a>\nc\n</a>\nd", "a <t> b", "cd"),
        ("\n<t2>\na", "a", ""),
        ("a<cb</t>c", "a", "<cbc"),
        ("</t><a>b", "", "b"),
    ],
)
def test_thoughts_that_the_prompt_begins(text: str, reasoning: str, content: str) -> None:
    answer = said(read(Opened(), *text))
    assert (answer.reasoning, answer.content) == (reasoning, content)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("<c>f<k>n</k><v>7</v></c>", '{"n": 7}'),
        ("<cs:x> <c:x>f\n<c-:x>\n<k>n</k></c>\n</cs>", "{}"),
        ("<c>f<k>m</k><t>integer</t><v>7</v><k>m</k><v>7</v></c>", '{"m": 7, "m": "7"}'),
        ('<c>{"name": "f", "arguments": {"n": 7}}</c></cs>', '{"n": 7}'),
        ("<c>f<k>s</k><v>7\n<k>n</k><v>7\n</c>", '{"s": "7", "n": 7}'),
    ],
)
def test_pairs(text: str, arguments: str) -> None:
    answer = said(read(Pairs((TOOL,)), *text))
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("f", arguments, True)]
    assert answer.content == ""


def test_white_space_between_calls_and_text_is_kept_and_around_calls_alone_is_not() -> None:
    call = Call().write("f", {})
    assert said(read(Call(), f"\n {call}\n{call} \n")).content == ""
    assert said(read(Call(), f" a \n{call}\t{call} \nb ")).content == " a \n\t \nb "


def test_arguments_stream() -> None:
    parser = Call()
    parser.feed('<a{"tool": "f", "args": {"s": "al')
    heard = []
    for delta in ('pha", ', '"n"', ": 1", "}"):
        heard += [event.json for event in parser.feed(delta)]  # type: ignore[union-attr]
    assert heard == ['pha", ', '"n"', ": 1", "}"]


def test_a_string_streams_before_its_end() -> None:
    parser = Short((TOOL,))
    parser.feed("<c><c=f><c:s>one\n")
    assert [event.json for event in parser.feed('"two" thr<')] == ['\\n\\"two\\" thr']  # type: ignore[union-attr]


def test_a_format_that_cannot_be_written_says_so() -> None:
    class Silent(ToolParser):
        def parse(self, text):  # type: ignore[no-untyped-def]
            yield from text.take()

    with pytest.raises(NotImplementedError, match="Silent"):
        Silent().write("f", {})
    assert Silent().grammar() is None


def test_there_is_nothing_to_demand_without_tools() -> None:
    assert Call().grammar() is None
    assert Short().grammar() is None
