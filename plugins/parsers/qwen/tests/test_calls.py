"""Both formats of calls: the published kit, and the slips that these models make."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_qwen.calls import Qwen3, Qwen3Coder


def tool(name: str, **properties: Any) -> Tool:
    return Tool(name=name, parameters={"type": "object", "properties": properties, "required": list(properties)})


FERRY = tool("book_ferry", route={"type": "string"}, cars={"type": "integer"})
NOTE = tool("write_note", title={"type": "string"}, tags={"type": "array", "items": {"type": "string"}})
TOOLS = (FERRY, NOTE)


class TestQwen3(ToolParserKit):
    parser = "qwen3"
    samples = {
        "one call": Sample(
            text='<tool_call>\n{"name": "book_ferry", "arguments": {"route": "Kiel-Oslo", "cars": 2}}\n</tool_call>',
            calls=(("book_ferry", {"route": "Kiel-Oslo", "cars": 2}),),
            tools=TOOLS,
        ),
        "text, two calls, text": Sample(
            text='Both:\n\n<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>\n<tool_call>{"name": "b", '
            '"arguments": {"x": [1, {"y": "}"}]}}</tool_call>\n\nDone.',
            content="Both:\n\n\n\n\nDone.",
            calls=(("a", {}), ("b", {"x": [1, {"y": "}"}]})),
        ),
        "text and strings of any kind": Sample(
            text='Así: \n<tool_call>\n{"name": "say", "arguments": {"t": "a\\"b\\\\ </tool_call> \\ud83d\\ude80🚀"}}\n'
            "</tool_call>\n",
            content="Así:",
            calls=(("say", {"t": 'a"b\\ </tool_call> 🚀🚀'}),),
        ),
        "the name comes last": Sample(
            text='<tool_call>{"arguments": {"n": 1.5e3}, "id": 7, "name": "late"}</tool_call>',
            calls=(("late", {"n": 1500}),),
        ),
        "no call": Sample(
            text='Use <tool_call> tags, as <tool_call>{"name": 5}</tool_call> or <tool',
            content='Use <tool_call> tags, as <tool_call>{"name": 5}</tool_call> or <tool',
        ),
        "broken off": Sample(
            text='Wait.\n<tool_call>\n{"name": "book_ferry", "arguments": {"route": "Ki',
            content="Wait.",
            calls=(("book_ferry", '{"route": "Ki'),),
        ),
    }


class TestQwen3Coder(ToolParserKit):
    parser = "qwen3_coder"
    samples = {
        "one call": Sample(
            text="<tool_call>\n<function=book_ferry>\n<parameter=route>\nKiel-Oslo\n</parameter>\n"
            "<parameter=cars>\n2\n</parameter>\n</function>\n</tool_call>",
            calls=(("book_ferry", {"route": "Kiel-Oslo", "cars": 2}),),
            tools=TOOLS,
        ),
        "text, two calls, text": Sample(
            text="Both: \n<tool_call>\n<function=a>\n</function>\n</tool_call>\n<tool_call><function=write_note>"
            '<parameter=tags>["x", "y"]</parameter></function></tool_call>\n!',
            content="Both: \n\n\n!",
            calls=(("a", {}), ("write_note", {"tags": ["x", "y"]})),
            tools=TOOLS,
        ),
        "values of several lines": Sample(
            text='<tool_call>\n<function=write_note>\n<parameter=title>\n\n <b>"1 < 2"</b>\n</param\n\n</parameter>\n'
            "</function>\n</tool_call>",
            calls=(("write_note", {"title": '\n <b>"1 < 2"</b>\n</param\n'}),),
            tools=TOOLS,
        ),
        "tags forgotten": Sample(
            text="Now:\n<function=book_ferry>\n<parameter=route>\nKiel\n<parameter=cars>\n007\n</function>\n</tool_call>",
            content="Now:",
            calls=(("book_ferry", {"route": "Kiel", "cars": 7}),),
            tools=TOOLS,
        ),
        "no call": Sample(
            text="Write <function=name> in <tool_call> and </function>, <tool_call>\n<function=f>\nso.",
            content="Write <function=name> in <tool_call> and </function>, <tool_call>\n<function=f>\nso.",
        ),
        "broken off": Sample(
            text="<tool_call>\n<function=write_note>\n<parameter=title>\nTea",
            calls=(("write_note", '{"title": "Tea'),),
            tools=TOOLS,
        ),
    }


class TestMiMo(ToolParserKit):
    parser = "mimo"
    samples = {
        "white space is the value's": Sample(
            text="<tool_call><function=write_note><parameter=title>\n a &amp; b\n</parameter><parameter=tags> [] "
            "</parameter></function></tool_call>",
            calls=(("write_note", {"title": "\n a &amp; b\n", "tags": []}),),
            tools=TOOLS,
        ),
        "as JSON": Sample(
            text='Ok.\n<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>', content="Ok.", calls=(("a", {}),)
        ),
    }


def heard(kind: type[ToolParser], text: str, tools: tuple[Tool, ...] = TOOLS) -> Said:
    return said(Sample(text=text, tools=tools).read(kind, *text))


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ('{"name": "f"}', "{}"),
        ('{"name": "f", "arguments": null}', "{}"),
        ('{"name": "f", "arguments": ""}', "{}"),
        ('{"name": "f", "arguments": "{\\"a\\": \\"b\\"}"}', '{"a": "b"}'),
        ('{"name": "f", "parameters": {"a": 1}}', '{"a": 1}'),
        ('{{"name": "f", "arguments": {"a": 1}}}', '{"a": 1}'),
        ('{"name": "f", "arguments": {"a": 1}}}', '{"a": 1}'),
        ('{"name": "f", "arguments": {"a": 1}', '{"a": 1}'),
        ('{"name": "f", "arguments": {"a": 1}, "arguments": {"a": 2}}', '{"a": 1}'),
        ('{"name": "f", "arguments": {"a": "x\n\ty"}}', '{"a": "x\\n\\ty"}'),
        ('{"name": "f", "arguments": {"a": "\\d+\\\n"}}', '{"a": "\\\\d+\\\\\\n"}'),
        ('{"name" : "f" , "arguments" :{"a" : 1 } }', '{"a" : 1 }'),
    ],
)
def test_slips_in_json(body: str, arguments: str) -> None:
    answer = heard(Qwen3, f"<tool_call>\n{body}\n</tool_call>")
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("f", arguments, True)]
    assert answer.content == ""


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>\nnot JSON\n</tool_call>",
        '<tool_call>\n{"name": "", "arguments": {}}\n</tool_call>',
        '<tool_call>\n{"arguments": {"a": 1}}\n</tool_call>',
        '<tool_call>\n{"name": "f", "arguments": [1]}\n</tool_call> ',
        '<tool_call>\n{"name": "f", "arguments": "tea"}\n</tool_call>',
        '<tool_call>\n{"name": "f", arguments: {}}\n</tool_call>',
        '<tool_call> {"name": "f", "argum',
        "<tool_call>\n<function=f>\n</function>\n</tool_call>",
    ],
)
def test_what_is_no_call_is_text(text: str) -> None:
    answer = heard(Qwen3, text)
    assert (answer.content, answer.calls) == (text, ())


def test_junk_after_whole_arguments_is_text() -> None:
    answer = heard(Qwen3, 'Hm <tool_call>{"name": "f", "arguments": {"a": 1}, oh</tool_call>')
    assert [(call.arguments, call.complete) for call in answer.calls] == [('{"a": 1}', False)]
    assert answer.content == "Hm , oh</tool_call>"


def test_a_closing_tag_ends_unclosed_arguments() -> None:
    answer = heard(Qwen3, '<tool_call>{"name": "f", "arguments": {"a": 1</tool_call> next')
    assert [(call.arguments, call.complete) for call in answer.calls] == [('{"a": 1', False)]
    assert answer.content == " next"


@pytest.mark.parametrize(
    ("body", "arguments", "complete"),
    [
        ("<function=write_note></function>", "{}", True),
        ("<function=write_note>\n</tool_call>", "{}", True),
        ("<function=write_note>\n<parameter=title>\nx\n</parameter>\n</tool_call>", '{"title": "x"}', True),
        ("<function=write_note>\n<parameter=title>\nx\n</tool_call>", '{"title": "x"}', True),
        ("<function=write_note>\n<parameter=title>\nx\n</parameter>\n", '{"title": "x"}', False),
        ("<function=write_note>\n<parameter=title>\nx\n</parameter>\n<parameter=ta", '{"title": "x"}', False),
        (
            "<function=write_note><parameter=title>a <parameter=b></parameter></function>",
            '{"title": "a <parameter=b>"}',
            True,
        ),
        ("<function=write_note><parameter=tags>['a', 'b']</parameter></function>", '{"tags": ["a", "b"]}', True),
        ("<function=write_note><parameter=tags>none at all</parameter></function>", '{"tags": "none at all"}', True),
        ("<function=new thing><parameter=a b>\n1\n</parameter></function>", '{"a b": "1"}', True),
    ],
)
def test_slips_in_tags(body: str, arguments: str, complete: bool) -> None:
    answer = heard(Qwen3Coder, f"<tool_call>\n{body}")
    assert [(call.arguments, call.complete) for call in answer.calls] == [(arguments, complete)]
    assert answer.content == ""


def test_a_malformed_parameter_ends_the_call_and_is_text() -> None:
    text = "<tool_call><function=write_note><parameter=title>x</parameter>\n<parameter=tags: []\n</parameter>"
    answer = heard(Qwen3Coder, text)
    assert [(call.arguments, call.complete) for call in answer.calls] == [('{"title": "x"}', False)]
    assert answer.content == "\n<parameter=tags: []\n</parameter>"


def test_an_untagged_function_must_be_a_tool() -> None:
    text = "In XML:\n<function=main>\n<parameter=x>\n1\n</parameter>\n</function>"
    assert heard(Qwen3Coder, text).content == text
    assert [call.name for call in heard(Qwen3Coder, text, (tool("main"),)).calls] == ["main"]
    assert [call.name for call in heard(Qwen3Coder, text, ()).calls] == ["main"]


def test_a_string_of_choices_is_constrained_to_them() -> None:
    from mlxs.testing.parsers import allows

    parser = Qwen3Coder((tool("set", unit={"type": "string", "enum": ["C", "F"]}),))
    grammar = parser.grammar()
    assert grammar and allows(grammar, parser.write("set", {"unit": "C"}))
    assert not allows(grammar, parser.write("set", {"unit": "K"}))
