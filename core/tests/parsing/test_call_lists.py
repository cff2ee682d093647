"""Lists of calls and literal values, with marks as awkward as can be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.events import ToolCallArguments
from mlxs.parsing import Scanner, ToolParser, read
from mlxs.parsing.formats import JsonCalls, Literals, Notation, PythonCalls, PythonDicts
from mlxs.parsing.scanner import Script
from mlxs.requests import Tool
from mlxs.testing.laws import said
from mlxs.testing.parsers import allows

TOOL = Tool(name="f", parameters={"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}})


class Bare(JsonCalls):
    """Only the objects themselves make a call."""

    openings, closings = ("[", "{", "<["), ("]", "]>")
    others = ("id",)
    around = ("[", "]")
    bare = True
    separators = (";", ",")


class Keyed(JsonCalls):
    openings, closings = ("<a", "<a["), ("a>",)
    name_keys = ()
    around = ("<a[", "]a>")


class Python(PythonCalls):
    openings, closings = ("[", "(("), ("]]", "))")
    around = ("[", "]")


class Lines(PythonCalls):
    openings, closings = ("<f>",), ("</f>",)
    around = ("<f>\n", "\n</f>")
    bare = True
    separators, separator = ("", ","), "\n"
    words = False


class Dicts(PythonDicts):
    openings = ("[", "<[")
    around = ("[", "]")


JSON = ["{", "}", '"name": "f"', ":", ", ", '"arguments": ', '{"n": 1}', '"id"', '"', "\n", "x", "\\"]
PYTHON = [
    "f(",
    "f()",
    "n=",
    "s=",
    "1",
    "'a'",
    '"',
    "'",
    "\\",
    "n",
    ", ",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ": ",
    "None",
    "\n",
]
MARKS = {
    Bare: [*JSON, "[", "]", ">", "<", ";"],
    Keyed: [*JSON, "<a", "[", "]", "a>", '"f": '],
    Python: PYTHON,
    Lines: [*PYTHON, "<f>", "</f>", "<"],
    Dicts: [*JSON, "'name': 'f'", "'arguments': ", "{'n': (1,)}", "[", "]", "<", "'"],
}


@pytest.mark.parametrize("kind", MARKS)
def test_any_marks_in_any_pieces(kind: type[ToolParser]) -> None:
    @settings(max_examples=800, deadline=None, database=None)
    @given(st.lists(st.sampled_from(MARKS[kind]), max_size=14))
    def check(deltas: list[str]) -> None:
        text = "".join(deltas)
        whole = read(kind((TOOL,)), text)
        assert read(kind((TOOL,)), *deltas) == whole
        assert read(kind((TOOL,)), *text) == whole
        answer = said(whole)
        if not answer.calls:
            assert answer.content == text

    check()


@pytest.mark.parametrize("kind", MARKS)
def test_what_is_written_is_read_and_allowed(kind: type[ToolParser]) -> None:
    arguments = {"n": 7, "s": "two\n 'lines' "}
    parser = kind((TOOL,))
    text, grammar = parser.write("f", arguments), parser.grammar()
    answer = said(read(kind((TOOL,)), *text))
    assert [(call.name, json.loads(call.arguments), call.complete) for call in answer.calls] == [("f", arguments, True)]
    assert answer.content == ""
    assert grammar and allows(grammar, text)
    assert kind().grammar() is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Bare, '{"name": "f", "arguments": {}}; {"name": "f", "arguments": {}}'),
        (Bare, '[{"name": "f", "arguments": {}}, {"name": "f", "arguments": {}}]]>'),
        (Keyed, '<a[{"f": {}}\n,\n{"f": {}},]a>'),
        (Keyed, '<a{"f": {}}a><a{"f": {}}'),
        (Python, "[f(), f()]"),
        (Lines, "<f>[f(),\nf()]</f>"),
        (Lines, "<f>f()\n\nf()"),
        (Dicts, "<[{'name': 'f', 'arguments': {}}, {'arguments': {}, 'name': 'f'}]"),
    ],
)
def test_several_calls(kind: type[ToolParser], text: str) -> None:
    answer = said(read(kind((TOOL,)), *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("f", "{}")] * 2
    assert answer.content == ""


def test_at_most_so_many() -> None:
    grammar = Python((TOOL,)).grammar(most=2)
    assert grammar and allows(grammar, "[f(), f(n=1)]")
    assert not allows(grammar, "[f(), f(), f()]")


def test_what_is_no_call_in_a_list_is_text() -> None:
    text = '<a[{"f": {}}, {"g": 1}]a> and so on'
    answer = said(read(Keyed(), *text))
    assert ([call.name for call in answer.calls], answer.content) == (["f"], ', {"g": 1}]a> and so on')


def test_strings_stream() -> None:
    parser = Python()
    parser.feed("[f(s='one")
    heard = [event.json for delta in (" two\n", "th'ree", " \\", "t") for event in parser.feed(delta)]  # type: ignore[union-attr]
    assert "".join(heard) == " two\\nth'ree \\t"


NOTATION = Notation(quotes=('"',), marks=("<>",), ends=(",", "]", "}", "<>"), bare=True, marked_is_text=False)


class Value(ToolParser):
    """One value in a notation of bare words."""

    def parse(self, text: Scanner) -> Script[None]:
        schema = self.tools["f"].parameters
        yield from Literals(text, NOTATION, schema).value(lambda piece: ToolCallArguments(0, piece), schema)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{n:07,s:07}", {"n": 7, "s": "07"}),
        ("{n:<>7<>,s:<>7<>}", {"n": 7, "s": "7"}),
        ("{x:7,y:<>7<>,z:<>a, ]b<>}", {"x": 7, "y": "7", "z": "a, ]b"}),
        ('{"a b":"c, \\"d\\"", e : f g , h:[i,{j:null}]}', {"a b": 'c, "d"', "e": "f g", "h": ["i", {"j": None}]}),
        ("{l:[1,true],m:{o:1}}", {"l": ["1", "true"], "m": {"o": "1"}}),
        ("{}", {}),
    ],
)
def test_bare_words_are_typed_by_the_schema(written: str, meant: object) -> None:
    string = {"type": "string"}
    schema = {
        "properties": {
            "n": {"type": "integer"},
            "s": string,
            "l": {"items": string},
            "m": {"$ref": "#/$defs/m"},
        },
        "$defs": {"m": {"additionalProperties": string}},
    }
    events = read(Value((Tool(name="f", parameters=schema),)), *written)
    assert json.loads("".join(event.json for event in events if isinstance(event, ToolCallArguments))) == meant
