"""Gemma's calls and thoughts: the published kit, and values of any kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlxs.parsing import Chain
from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs.testing.parsers import allows
from mlxs_gemma.calls import FunctionGemma, Gemma4
from mlxs_gemma.thoughts import Gemma4 as Thoughts

PACK = Tool(
    name="pack",
    parameters={
        "type": "object",
        "properties": {
            "zip": {"type": "string"},
            "boxes": {"type": "array", "items": {"$ref": "#/$defs/box"}},
            "n": {"type": "integer"},
            "note": {"type": ["string", "null"]},
        },
        "required": ["zip"],
        "$defs": {"box": {"type": "object", "properties": {"of": {"type": "string"}, "kg": {"type": "number"}}}},
    },
)


class TestGemma4(ToolParserKit):
    parser = "gemma4"
    samples = {
        "two calls and text": Sample(
            text='Hm: <|tool_call>call:pack{zip:08,boxes:[{of:tea,kg:1.5}]}<tool_call|><|tool_call>call:b{x:<|"|>{,}'
            '<|"|>} So.',
            content="Hm:  So.",
            calls=(("pack", {"zip": "08", "boxes": [{"of": "tea", "kg": 1.5}]}), ("b", {"x": "{,}"})),
            tools=(PACK,),
        ),
        "no call": Sample(text="A <|tool_call> is <|tool_call>call:f", content="A <|tool_call> is <|tool_call>call:f"),
        "broken off": Sample(text='<|tool_call>call:pack{zip:<|"|>08', calls=(("pack", '{"zip": "08'),)),
    }


class TestFunctionGemma(ToolParserKit):
    parser = "functiongemma"
    samples = {
        "two calls": Sample(
            text="<start_function_call>call:pack{zip:<escape>08<escape>,n:<escape>08<escape>}<end_function_call>"
            "<start_function_call>call:b{}<end_function_call>",
            calls=(("pack", {"zip": "08", "n": 8}), ("b", {})),
            tools=(PACK,),
        ),
        "no call": Sample(text="<start_function_call>call:f{a", content="<start_function_call>call:f{a"),
    }


class TestGeneric(ToolParserKit):
    parser = "gemma2_generic"
    samples = {
        "a list": Sample(
            text='{"tool_calls": [{"name": "pack", "arguments": {"n": 1}}, {"name": "b", "arguments": {}}]}',
            calls=(("pack", {"n": 1}), ("b", {})),
        ),
        "one": Sample(text='{\n  "tool_call": {\n    "name": "b",\n    "arguments": {}\n  }\n}', calls=(("b", {}),)),
        "no call": Sample(text='{"tool_calls": []}', content='{"tool_calls": []}'),
    }


class TestGemma4Thoughts(ReasoningParserKit):
    parser = "gemma4"
    samples = {
        "thought and answer": Sample(
            text="<|channel>thought\nBoxes.\n<channel|>\nTwo.\n", reasoning="Boxes.", content="Two.\n"
        ),
        "empty ones too": Sample(
            text="<|channel>thought<channel|>Two.<|channel>thought\n<channel|><channel|>So<channel|>.",
            content="Two.So.",
        ),
        "tokens left out": Sample(text="thought\nBoxes.<channel|>Two.", reasoning="Boxes.", content="Two."),
        "a call ends it": Sample(
            text="<|channel>thought\nI pack.\n<|tool_call>call:pack{}<tool_call|>",
            reasoning="I pack.",
            content="<|tool_call>call:pack{}<tool_call|>",
        ),
        "no thought": Sample(text="A <|tool_call> or <|channel>", content="A <|tool_call> or <|channel>"),
    }


def heard(text: str, kind: type[Gemma4] | type[FunctionGemma] = Gemma4) -> Any:
    answer = said(Sample(text=text, tools=(PACK,)).read(kind, *text))
    assert not answer.content
    return [json.loads(call.arguments) for call in answer.calls]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("zip:0815", {"zip": "0815"}),
        ("n:0815", {"n": 815}),
        ("note:null,zip:null", {"note": None, "zip": "null"}),
        ('note:<|"|>null<|"|>', {"note": "null"}),
        ('x:"a \\"b\\", c",y:[1,two,null]', {"x": 'a "b", c', "y": [1, "two", None]}),
        ('<|"|>a key<|"|>:{b:{}},c:10:30', {"a key": {"b": {}}, "c": "10:30"}),
        ("boxes:[{of:1,kg:1},{of:true}]", {"boxes": [{"of": "1", "kg": 1}, {"of": "true"}]}),
        (' a : 1 , b : <|"|> x <|"|> ', {"a": 1, "b": " x "}),
    ],
)
def test_values(written: str, meant: object) -> None:
    assert heard(f"<|tool_call>call:pack{{{written}}}<tool_call|>") == [meant]


def test_a_missing_word_is_forgiven() -> None:
    assert heard("<|tool_call>:pack{n:1}") == [{"n": 1}]


def test_escaped_values_are_typed_by_the_schema() -> None:
    text = "<start_function_call>call:pack{note:<escape>null<escape>,boxes:<escape>[{'of': 'x'}]<escape>}"
    assert heard(text, FunctionGemma) == [{"note": None, "boxes": [{"of": "x"}]}]


def test_lists_and_objects_may_be_demanded() -> None:
    parser = Gemma4((PACK,))
    arguments = {"zip": "0815", "boxes": [], "n": 3, "note": None}
    grammar = parser.grammar(most=1)
    assert grammar and allows(grammar, parser.write("pack", arguments))
    assert allows(grammar, '<|tool_call>call:pack{zip:<|"|>1<|"|>,boxes:[{"of": "tea", "kg": 1}]}<tool_call|>')
    assert not allows(grammar, "<|tool_call>call:pack{n:3}<tool_call|>")
    assert heard(parser.write("pack", arguments)) == [arguments]


def test_thought_and_call() -> None:
    chain = Chain(Thoughts(), Gemma4())
    text = "<|channel>thought\nHm.<channel|>I pack.<|tool_call>call:pack{x:<|channel>}<tool_call|>"
    answer = said([event for letter in text for event in chain.feed(letter)] + chain.finish())
    assert (answer.reasoning, answer.content) == ("Hm.", "I pack.")
    assert answer.calls[0].arguments == '{"x": "<|channel>"}'
