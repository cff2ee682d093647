"""LFM2's calls and thoughts: the published kit, and Python's ways to write values."""

from __future__ import annotations

import json

import pytest

from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_lfm.lfm2 import Lfm2


class TestLfm2(ToolParserKit):
    parser = "lfm2"
    framing = r"<\|tool_call_start\|>\s*<\|tool_call_end\|>"
    samples = {
        "two calls": Sample(
            text="Look: <|tool_call_start|>[dive(to='\\'Ark\\'', m=3.5, gear=[\"fin\", None]), b()]<|tool_call_end|>",
            content="Look:",
            calls=(("dive", {"to": "'Ark'", "m": 3.5, "gear": ["fin", None]}), ("b", {})),
        ),
        "JSON": Sample(
            text='<|tool_call_start|>[{"name": "dive", "arguments": {"m": 3}}]<|tool_call_end|>!',
            content="!",
            calls=(("dive", {"m": 3}),),
        ),
        "no call": Sample(
            text="<|tool_call_start|>[ ]<|tool_call_end|> f(x) <|tool_call_start|>[f(x=y)]",
            content="<|tool_call_start|>[ ]<|tool_call_end|> f(x) <|tool_call_start|>[f(x=y)]",
        ),
        "nothing": Sample(text="<|tool_call_start|> <|tool_call_end|>f()", content="f()"),
        "broken off": Sample(text="<|tool_call_start|>[dive(to='th", calls=(("dive", '{"to": "th'),)),
    }


class TestLfm2Thoughts(ReasoningParserKit):
    parser = "lfm2"
    samples = {
        "thought and answer": Sample(
            text="<think>\nA <|tool_call_start|>[f()]?\n</think>\n\nYes.",
            reasoning="A <|tool_call_start|>[f()]?",
            content="Yes.",
        )
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("-2e-3", -0.002),
        ("0x1f", 31),
        ("07", 7),
        ("1_000", 1000),
        (".5", 0.5),
        ("true", True),
        ("None", None),
        ("(1, 'a',)", [1, "a"]),
        ("{1, 2}", [1, 2]),
        ("{'a', 'b'}", ["a", "b"]),
        ("{}", {}),
        ("{'a': {'b': (True,)}, 1: [],}", {"a": {"b": [True]}, "1": []}),
        ("'''it's\n\"so\"'''", 'it\'s\n"so"'),
        (r"'\x41\u00e9\U0001f680\101\0\d\\\n\/'", "Aé🚀A\0\\d\\\n/"),
        (r"'\ud83d\ude80'", "🚀"),
        ("'it's 5 o'clock'", "it's 5 o'clock"),
        ("'a\tb'", "a\tb"),
    ],
)
def test_values(written: str, meant: object) -> None:
    text = f"<|tool_call_start|>[f(a={written}, b=1)]<|tool_call_end|>"
    answer = said(Sample(text=text).read(Lfm2, *text))
    assert [json.loads(call.arguments) for call in answer.calls] == [{"a": meant, "b": 1}]
    assert not answer.content


@pytest.mark.parametrize("written", ["", "y", "f(1)", "2 *", "lambda: 1", "nan", "["])
def test_what_is_no_value_ends_the_call(written: str) -> None:
    text = f"<|tool_call_start|>[f(b=1, a={written}, c=2)]<|tool_call_end|>"
    answer = said(Sample(text=text).read(Lfm2, *text))
    assert [(call.name, call.complete) for call in answer.calls] == [("f", False)]
    assert answer.calls[0].arguments.startswith('{"b": 1')
    assert answer.content.endswith("c=2)]<|tool_call_end|>")
