"""Both formats of calls: the published kit, and what these models make of them."""

from __future__ import annotations

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_muse.calls import Muse, MuseGlimmer

TOOLS = (
    Tool(
        name="dive",
        parameters={"type": "object", "properties": {"to": {"type": "string"}, "deep": {"type": "integer"}}},
    ),
)
TO = r"to=[\w.:/-]+"
FRAMING = "|".join(
    [
        rf"^\s*({TO})?<\|message\|>",  # of which the prompt has said the beginning
        rf"<\|start\|>assistant( {TO})?<\|message\|>",
        rf" {TO}<\|message\|>",
        r"<\|eo[mt]\|>",
    ]
)


class TestMuse(ToolParserKit):
    parser = "muse"
    samples = {
        "thought and text": Sample(
            text=" to=self<|message|>Hm <\n<|eom|><|start|>assistant to=user<|message|>So. <|eot|>",
            reasoning="Hm <",
            content="So. ",
        ),
        "call": Sample(
            text='to=dive<|message|>\n<atem:invoke name="dive"><atem:parameter name="to">7</atem:parameter>'
            "</atem:invoke>\n to=user<|message|>So.",
            content="So.",
            calls=(("dive", {"to": "7"}),),
            tools=TOOLS,
        ),
        "no call": Sample(text="to= <atem:invoke> <|start", content="to= <atem:invoke> <|start"),
    }
    framing = FRAMING


class TestMuseGlimmer(ToolParserKit):
    parser = "muse_glimmer"
    marks = ("<|eom|>", "<|eot|>")
    samples = {
        "thought and broken off": Sample(
            text='<|message|>Hm<|start|>assistant to=a.a<|message|><atem:invoke name="a.a"><atem:parameter name="b">x',
            content="Hm",
            calls=(("a", '{"b": "x'),),
        ),
        "typed by itself": Sample(
            text='to=dive<|message|><atem:invoke name="dive"><atem:parameter name="to"> 7 </atem:parameter>'
            "</atem:invoke>",
            calls=(("dive", {"to": 7}),),
            tools=TOOLS,
        ),
    }
    framing = FRAMING


def heard(kind: type[ToolParser], text: str) -> Said:
    return said(Sample(text=text, tools=TOOLS).read(kind, *text))


CALLS = '<atem:function_calls>\n<atem:invoke name="dive">\n</atem:invoke>\n</atem:function_calls>'


@pytest.mark.parametrize("to", [" to=self", " to=user", "to=user", "", "<|start|>assistant to=commentary"])
def test_a_message_to_no_tool_calls_none(to: str) -> None:
    answer = heard(Muse, f"{to}<|message|>I might say {CALLS} some day")
    assert (answer.content or answer.reasoning, answer.calls) == (f"I might say {CALLS} some day", ())


@pytest.mark.parametrize(
    "to", [" to=dive", "to=sea.dive", "<|start|>assistant to=dive.dive", " to=self<|message|>Hm. to=dive"]
)
def test_a_message_to_a_tool_calls_it(to: str) -> None:
    answer = heard(Muse, f"{to}<|message|>{CALLS}<|eot|>")
    assert (answer.content, [call.name for call in answer.calls]) == ("", ["dive"])


@pytest.mark.parametrize(
    "text",
    [
        "<|start|>assistant",
        "<|start|>assistant to=<|message|>",
        "<|start|>assistant to=dive <|message|>",
        "<|start|>assistant to=dive. Go!",
        "<|start|>user<|message|>",
        "<|start|><|message|> to=<|message|>",
        "I go to=dive, photo=dive<|message|>",
    ],
)
@pytest.mark.parametrize("before", ["Hm. ", "<|start|>assistant to=dive<|message|>Hm. "])
@pytest.mark.parametrize("kind", [Muse, MuseGlimmer])
def test_what_is_no_header_is_text(kind: type[ToolParser], before: str, text: str) -> None:
    answer = heard(kind, before + text)
    assert (answer.reasoning + answer.content, answer.calls) == (f"Hm. {text}", ())


@pytest.mark.parametrize(
    ("end", "content"),
    [
        ("<|eom|><|start|>assistant to=user<|message|>So.", "So."),
        ("\n to=user<|message|>So.", "So."),
        ("\n<|eot|>", ""),
        ("\n to=dive. So.", "\n\n to=dive. So."),
        (" So.", "\n So."),
    ],
)
def test_what_follows_calls(end: str, content: str) -> None:
    call = '<atem:invoke name="dive"></atem:invoke>'
    answer = heard(Muse, f" to=dive<|message|><atem:function_calls>{call}\n{call}</atem:function_calls>{end}")
    assert (answer.content, len(answer.calls)) == (content, 2)


@pytest.mark.parametrize(
    ("kind", "said", "name"),
    [
        (Muse, "sea.dive", "dive"),
        (Muse, "sea.swim", "sea.swim"),
        (Muse, "swim.swim", "swim.swim"),
        (MuseGlimmer, "swim.swim", "swim"),
        (MuseGlimmer, "sea.swim", "sea.swim"),
    ],
)
def test_names_with_their_space(kind: type[ToolParser], said: str, name: str) -> None:
    text = f'to={said}<|message|><atem:invoke name="{said}"></atem:invoke>'
    assert [call.name for call in heard(kind, text).calls] == [name]


@pytest.mark.parametrize(
    ("kind", "key", "value", "expected"),
    [
        (Muse, "to", "7", '"7"'),
        (Muse, "deep", " 7 ", "7"),
        (Muse, "new", '{"a": 1}', '{"a": 1}'),
        (Muse, "new", "a\n", '"a\\n"'),
        (MuseGlimmer, "to", "7", "7"),
        (MuseGlimmer, "to", "007", '"007"'),
        (MuseGlimmer, "to", '"7"', '"7"'),
        (MuseGlimmer, "to", "true north\n", '"true north\\n"'),
    ],
)
def test_values(kind: type[ToolParser], key: str, value: str, expected: str) -> None:
    parameter = f'<atem:parameter name="{key}">{value}</atem:parameter>'
    answer = heard(kind, f'to=dive<|message|><atem:invoke name="dive">{parameter}</atem:invoke>')
    assert [call.arguments for call in answer.calls] == [f'{{"{key}": {expected}}}']


def test_each_call_is_a_message_when_constrained() -> None:
    from mlxs.testing.parsers import allows

    parser = Muse(TOOLS)
    grammar = parser.grammar()
    both = f"{parser.write('dive', {'to': 'x'})}<|eom|><|start|>assistant{parser.write('dive', {'deep': 1})}"
    assert grammar and allows(grammar, both)
    assert [call.arguments for call in heard(Muse, both).calls] == ['{"to": "x"}', '{"deep": 1}']
