"""Llama's calls in Python: the published kit, and what looks like one."""

from __future__ import annotations

import pytest

from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs.testing.parsers import allows
from mlxs_llama.pythonic import Pythonic


class TestPythonic(ToolParserKit):
    parser = "pythonic"
    samples = {
        "two calls": Sample(
            text="[shear(sheep=3, who='Bo'), b()]", calls=(("shear", {"sheep": 3, "who": "Bo"}), ("b", {}))
        ),
        "marked": Sample(
            text="So: <|python_start|>[a(x={'y': [None]})]<|python_end|> Done.",
            content="So:  Done.",
            calls=(("a", {"x": {"y": [None]}}),),
        ),
        "no call": Sample(
            text="[1], [f(x) for x in y], [a(b==1)], [f(", content="[1], [f(x) for x in y], [a(b==1)], [f("
        ),
        "broken off": Sample(text="[shear(who='B", calls=(("shear", '{"who": "B'),)),
    }


@pytest.mark.parametrize(
    "text", ["[f()](https://example.org)", "[f(a=", "[f(a=b)]", "see [3]: f(a=1)", "[x.y(z", "[f(a=1+x)]"]
)
def test_what_is_no_call_is_text(text: str) -> None:
    answer = said(Sample(text=text).read(Pythonic, *text))
    assert (answer.content, answer.calls) == (text, ())


def test_optional_arguments_may_be_demanded() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "boolean"}, "b": {"type": "integer"}, "c": {"const": None}},
        "required": ["b"],
    }
    parser = Pythonic((Tool(name="f", parameters=schema),))
    other = Pythonic((Tool(name="f", parameters={**schema, "required": []}),))
    grammar, free = parser.grammar(), other.grammar(most=1)
    assert grammar and free
    assert all(allows(grammar, text) for text in ("[f(b=1)]", "[f(b=1, a=True, c=None), f(b=2)]"))
    assert not any(allows(grammar, text) for text in ("[f()]", "[f(a=True)]", "[f(b=1, a=None)]"))
    assert all(allows(free, text) for text in ("[f()]", "[f(a=True)]", "[f(b=1, c=None)]", "[f(c=None)]"))
    assert not any(allows(free, text) for text in ("[f(, b=1)]", "[f(a=True b=1)]", "[f(), f()]"))
