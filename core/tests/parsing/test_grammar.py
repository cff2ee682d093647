"""Each part of a grammar, as llguidance understands it."""

from __future__ import annotations

import pytest

from mlxs.grammar import Either, Grammar, Json, Lit, Many, Pattern, Seq, Until
from mlxs.parsing.formats import TaggedJson, TaggedParameters
from mlxs.requests import Tool
from mlxs.testing.parsers import allows

INTEGER = {"type": "integer"}


@pytest.mark.parametrize(
    ("grammar", "yes", "no"),
    [
        (Lit('<a "b\\c"\n\té>'), ['<a "b\\c"\n\té>'], ["", '<a "b', "<a>"]),
        (Lit(""), [""], ["a"]),
        (Pattern("[a-c]+/x\\d"), ["abc/x1"], ["abc", "d/x1", "abc\\/x1"]),
        (Pattern(r"a\/b"), ["a/b"], ["a\\/b"]),
        (Pattern("a\n?/"), ["a/", "a\n/"], ["a"]),
        (Until("\n</x>\n"), ["any\n</x text\n\n</x>\n", "\n</x>\n"], ["", "any", "a\n</x>\n more"]),
        (Json(INTEGER), ["12"], ["", '"a"', "1.5"]),
        (Seq((Lit("a"), Json(INTEGER), Lit("b"))), ["a1b"], ["ab", "a1", "1b"]),
        (Seq(()), [""], ["a"]),
        (Either((Lit("a"), Lit("ab"), Until("c"))), ["a", "ab", "xc"], ["x"]),
        (Many(Lit("ab")), ["", "ab", "ababab"], ["a", "aba"]),
        (Many(Lit("ab"), 1), ["ab", "abab"], [""]),
        (Many(Lit("ab"), 1, 2), ["ab", "abab"], ["", "ababab"]),
        (Many(Lit("ab"), 0, 1), ["", "ab"], ["abab"]),
        (Many(Seq((Lit("<"), Many(Pattern("[a-z]"), 1), Lit(">"))), 2, 2), ["<a><bc>"], ["<a>", "<a><>"]),
    ],
)
def test_part(grammar: Grammar, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not allows(grammar, text)] == []
    assert [text for text in no if allows(grammar, text)] == []


ROUTE = Tool(
    name='go"to',
    parameters={
        "type": "object",
        "properties": {
            "mode": {"enum": ["car", "bike\nor foot"]},
            "stop": {"$ref": "#/$defs/stop"},
            "note": {"type": ["string", "null"]},
            "free": True,
        },
        "required": ["mode"],
        "additionalProperties": False,
        "$defs": {"stop": {"type": "object", "properties": {"at": {"type": "string"}}, "additionalProperties": False}},
    },
)


@pytest.mark.parametrize("kind", [TaggedJson, TaggedParameters])
@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"mode": "car"}, True),
        ({"mode": "bike\nor foot", "stop": {"at": "x"}, "note": "y", "free": "z"}, True),
        ({"mode": "car", "note": None}, True),
        ({"mode": "boat"}, False),
        ({"mode": "car", "stop": {"by": "x"}}, False),
        ({"mode": "car", "stop": 3}, False),
        ({"mode": "car", "note": 3}, False),
        ({"stop": {"at": "x"}}, False),
        ({"mode": "car", "other": "x"}, False),
    ],
)
def test_calls_fit_the_schema(kind: type, arguments: dict[str, object], allowed: bool) -> None:
    parser = kind((Tool(name="other"), ROUTE))
    assert allows(parser.grammar(), parser.write('go"to', arguments)) is allowed


@pytest.mark.parametrize("kind", [TaggedJson, TaggedParameters])
def test_how_many_calls(kind: type) -> None:
    parser = kind((Tool(name="f"),))
    one = parser.write("f", {})
    assert allows(parser.grammar(), f"{one}\n{one}\n{one}")
    assert allows(parser.grammar(most=2), f"{one}{one}")
    assert not allows(parser.grammar(most=1), f"{one}\n{one}")
    assert not allows(parser.grammar(), "")
