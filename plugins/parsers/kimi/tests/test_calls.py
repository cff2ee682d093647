"""Both formats of calls: the published kit, and what these models make of them."""

from __future__ import annotations

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_kimi.tokens import KimiK2
from mlxs_kimi.xtml import KimiK3

TOOLS = (
    Tool(
        name="moor",
        parameters={"type": "object", "properties": {"pier": {"type": "string"}, "nights": {"type": "integer"}}},
    ),
)


class TestKimiK2(ToolParserKit):
    parser = "kimi_k2"
    samples = {
        "text, calls, text": Sample(
            text="So.<|tool_calls_section_begin|><|tool_call_begin|>functions.moor:0<|tool_call_argument_begin|>"
            '{"n": 1}<|tool_call_end|><|tool_call_begin|>b:1<|tool_call_argument_begin|>{}<|tool_call_end|>'
            "<|tool_calls_section_end|> Yes",
            content="So. Yes",
            calls=(("moor", {"n": 1}), ("b", {})),
        ),
        "broken off": Sample(
            text='<|tool_call_begin|>functions.a:0<|tool_call_argument_begin|>{"b": "c', calls=(("a", '{"b": "c'),)
        ),
        "no call": Sample(
            text="<|tool_call_begin|>a:0<|tool_call_end|>", content="<|tool_call_begin|>a:0<|tool_call_end|>"
        ),
    }
    framing = r"<\|tool_call(s_section_(begin|end)|_argument_begin|_end)\|>"


class TestKimiK3(ToolParserKit):
    parser = "kimi_k3"
    samples = {
        "text and a call": Sample(
            text='<|open|>response<|sep|>So.<|close|>response<|sep|><|open|>tools<|sep|><|open|>call tool="moor" '
            'index="1"<|sep|><|open|>argument key="nights" type="number"<|sep|>2<|close|>argument<|sep|>'
            "<|close|>call<|sep|>",
            content="So.",
            calls=(("moor", {"nights": 2}),),
            tools=TOOLS,
        ),
        "broken off": Sample(
            text='<|open|>call tool="a"<|sep|><|open|>argument key="b" type="string"<|sep|>c',
            calls=(("a", '{"b": "c'),),
        ),
    }
    framing = r"<\|(open|close)\|>((response|think|message)(<\|sep\|>)?)?"


def heard(kind: type[ToolParser], text: str) -> Said:
    return said(Sample(text=text, tools=TOOLS).read(kind, *text))


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("functions.moor:0", "moor"),
        ("moor:12", "moor"),
        ("moor", "moor"),
        (" functions.moor:3\n", "moor"),
        ("functions.mcp__sea-side.moor:1", "mcp__sea-side.moor"),
        ("functions.a:b:0", "a:b"),
    ],
)
def test_the_name_is_in_the_id(id: str, name: str) -> None:
    text = f"<|tool_call_section_begin|><|tool_call_begin|>{id}<|tool_call_argument_begin|>{{}} <|tool_call_end|>"
    answer = heard(KimiK2, f"{text}<|tool_call_section_end|>")
    assert ([call.name for call in answer.calls], answer.content) == ([name], "")


def test_tokens_that_are_no_call_are_no_text() -> None:
    text = "So.<|tool_calls_section_begin|><|tool_calls_section_end|> <|tool_call_argument_begin|>Yes.<|tool_call_end|>"
    assert heard(KimiK2, text).content == "So. Yes."


def test_the_counter_counts_when_constrained() -> None:
    from mlxs.testing.parsers import allows

    def call(number: int) -> str:
        return f"<|tool_call_begin|>functions.moor:{number}<|tool_call_argument_begin|>{{}}<|tool_call_end|>"

    grammar = KimiK2(TOOLS).grammar()
    assert grammar
    assert allows(grammar, f"<|tool_calls_section_begin|>{call(0)}{call(11)}<|tool_calls_section_end|>")


def arguments(*said: str) -> str:
    return f'<|open|>tools<|sep|><|open|>call tool="moor" index="2"<|sep|>{"".join(said)}<|close|>call<|sep|>'


def argument(key: str, kind: str, value: str) -> str:
    return f'<|open|>argument key="{key}" type="{kind}"<|sep|>{value}<|close|>argument<|sep|>'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", "{}"),
        (argument("pier", "string", "7") + argument("nights", "number", "7"), '{"pier": "7", "nights": 7}'),
        (argument("x", "string", "7") + argument("y", "number", "7.5"), '{"x": "7", "y": 7.5}'),
        (argument("x", "object", '{"a": [1]}') + argument("y", "null", "null"), '{"x": {"a": [1]}, "y": null}'),
        (argument("x", "object", "{not JSON"), '{"x": "{not JSON"}'),
        (argument("a&amp;b &quot;c&quot;", "boolean", "true"), '{"a&b \\"c\\"": true}'),
        ('<|open|>json type="object"<|sep|>{"a": {"b": 1}}<|close|>json<|sep|>', '{"a": {"b": 1}}'),
        ('<|open|>argument key="pier" type="string"<|sep|>x', '{"pier": "x"}'),
    ],
)
def test_tags_tell_types(inside: str, expected: str) -> None:
    answer = heard(KimiK3, f"{arguments(inside)}<|close|>tools<|sep|><|close|>message<|sep|>")
    assert [(call.arguments, call.complete) for call in answer.calls] == [(expected, True)]
    assert answer.content == ""


@pytest.mark.parametrize(
    "text", ["<|open|>", "<|close|>response", "<|open|>response<|sep|>", "<|close|>message<|sep|>"]
)
def test_frames_are_no_text(text: str) -> None:
    assert heard(KimiK3, f"Hm.{text}").content == "Hm."


@pytest.mark.parametrize("text", ["<|open|>b", "<|close|>responses", "<|sep|>", "<|open|>call", "<|ope", "<"])
def test_what_is_no_frame_is_text(text: str) -> None:
    assert heard(KimiK3, f"Hm.{text}").content == f"Hm.{text}"
