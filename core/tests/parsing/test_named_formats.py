"""The shared formats that name functions, declared with marks as awkward as can be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.parsing import Chain, Parser, ToolParser, read
from mlxs.parsing.formats import ANY, STRING_OR_JSON, Framed, Invokes, NamedJson
from mlxs.requests import Tool
from mlxs.testing.laws import said
from mlxs.testing.parsers import allows

TOOL = Tool(name="f", parameters={"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}})


class Plain(Invokes):
    """Tags that any document may have."""

    opening, closing = "<is>", "</is>"


class Typed(Invokes):
    """Tags that tell types and touch."""

    opening, closing, prefix = "<:>", "</:>", ":"
    types = STRING_OR_JSON
    certain = tight = True
    unclosed = ""


class Untold(Invokes):
    untold = ANY


class Tokens(NamedJson):
    """Every mark begins as another does."""

    section, begin, end = ("<<", ">>"), "<-", ">"
    label, middle, fence = ("0", "="), "==", ("` ", " `")


class Bare(NamedJson):
    begin, middle, end = "[", "]", ""
    asides = ("|",)


class Frames(Framed):
    opening, closing, frames, calls = "<t>", "</t>", ("<a", "<a>"), ("<c>",)


MARKS = {
    Plain: [
        "<is>",
        "</is>",
        "<invoke name=",
        '"f">',
        "f>",
        "</invoke>",
        "<parameter name=s>",
        "</parameter>",
        "\n",
        "7",
    ],
    Typed: [
        "<:>",
        "<:invoke name=f>",
        "<:parameter name=n",
        ' string="false">',
        ' string="true">',
        ">",
        "7",
        "<:",
        "{",
    ],
    Tokens: ["<<", "<", "-", ">", "=", "==", "`", "{", "}", '"', "f", " ", "0"],
    Bare: ["[", "]", "{}", "f", "|", " "],
    Frames: ["<t>", "</t>", "<a", ">", "<c>", " ", "x", "<"],
}


@pytest.mark.parametrize("kind", MARKS)
def test_any_marks_in_any_pieces(kind: type[Parser]) -> None:
    @settings(max_examples=600, deadline=None, database=None)
    @given(st.lists(st.sampled_from(MARKS[kind]), max_size=14))
    def check(deltas: list[str]) -> None:
        text = "".join(deltas)
        whole = read(kind((TOOL,)), text)  # type: ignore[call-arg]
        assert read(kind((TOOL,)), *deltas) == whole  # type: ignore[call-arg]
        assert read(kind((TOOL,)), *text) == whole  # type: ignore[call-arg]
        answer = said(whole)
        assert all(call.complete is not None for call in answer.calls)
        if not answer.calls and kind in (Plain, Typed):
            assert answer.content == text

    check()


@pytest.mark.parametrize("kind", [Plain, Typed, Untold, Tokens, Bare])
@pytest.mark.parametrize("tools", [(TOOL,), ()])
def test_what_is_written_is_read_and_allowed(kind: type[ToolParser], tools: tuple[Tool, ...]) -> None:
    arguments = {"s": "7\n lines ", "n": 7} if tools else {"s": "seven"}
    text = kind(tools).write("f", arguments)
    answer = said(read(kind(tools), *text))
    assert [(call.name, json.loads(call.arguments), call.complete) for call in answer.calls] == [("f", arguments, True)]
    assert answer.content == ""
    grammar = kind(tools).grammar()
    assert bool(grammar) == bool(tools)
    assert grammar is None or not allows(grammar, f"{text}x")


def test_a_block_has_several_functions() -> None:
    two = Plain((TOOL, Tool(name="g"))).grammar()
    text = '<is>\n<invoke name="f">\n</invoke>\n<invoke name="g">\n</invoke>\n</is>'
    assert two and allows(two, text)
    assert [call.name for call in said(read(Plain(), *text)).calls] == ["f", "g"]


@pytest.mark.parametrize(
    ("kind", "tag", "value", "expected"),
    [
        (Plain, "n", "007", "7"),
        (Plain, "x", "7", '"7"'),
        (Plain, "'a b'", " 7\n", '" 7\\n"'),
        (Untold, "x", "7", "7"),
        (Untold, "x", "007", '"007"'),
        (Untold, "s", "7", '"7"'),
        (Untold, "x", "seven", '"seven"'),
        (Typed, 'x string="false"', "[7]", "[7]"),
        (Typed, 'n string="true"', "7", '"7"'),
        (Typed, "n", "7", "7"),
    ],
)
def test_values(kind: type[Invokes], tag: str, value: str, expected: str) -> None:
    parser = kind((TOOL,))
    begin, end = f"<{kind.prefix}parameter name={tag}>", f"</{kind.prefix}parameter>"
    text = f"{kind.opening}<{kind.prefix}invoke name='f'>{begin}{value}{end}</{kind.prefix}invoke>{kind.closing}"
    (call,) = said(read(parser, *text)).calls
    assert call.arguments.split(": ", 1)[1] == f"{expected}}}"


def test_arguments_may_be_one_object() -> None:
    text = '<invoke name="f">\n{"n": [7]}\n</invoke>'
    answer = said(read(Plain((TOOL,)), *f"{text}{text} so"))
    assert [call.arguments for call in answer.calls] == ['{"n": [7]}'] * 2
    assert answer.content == " so"


@pytest.mark.parametrize(
    ("text", "content", "arguments"),
    [
        ('<<<-0=f=={"n": 7}>>>', "", ['{"n": 7}']),
        ('<< <-x = f ==\n`{"n": 7}\n`\n>\n>>', "", ['{"n": 7}']),
        ("<-0=f==>x", "x", ["{}"]),
        ("a <<>> b", "a b", []),
        ("<-0=f==[7]>", "<-0=f==[7]>", []),
        ("<-f==[7]>", "<-f==[7]>", []),
    ],
)
def test_names_between_marks(text: str, content: str, arguments: list[str]) -> None:
    answer = said(read(Tokens(), *text))
    assert [call.arguments for call in answer.calls] == arguments
    assert answer.content.replace("  ", " ") == content


def test_frames_are_dropped_up_to_a_call() -> None:
    answer = said(read(Frames(), *"<a>x <t> y\n<a>z</t> <c>{<a><t>"))
    assert (answer.reasoning, answer.content) == ("y", "x z <c>{<a><t>")
    chain = Chain(Frames(), Bare())
    events = [event for letter in "<t>y[f]{} |z" for event in chain.feed(letter)]
    assert said([*events, *chain.finish()]).reasoning == "y[f]{} |z"
