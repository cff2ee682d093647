"""All formats of calls: the published kit, and the slips that these models make."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import Said, said
from mlxs_glm.calls import Glm45, Glm47


def tool(name: str, **properties: Any) -> Tool:
    return Tool(name=name, parameters={"type": "object", "properties": properties, "required": list(properties)})


TRAIN = tool("find_train", to={"type": "string"}, seats={"type": "integer"})
NOTE = tool("write_note", title={"type": "string"}, tags={"type": "array", "items": {"type": "string"}})
TOOLS = (TRAIN, NOTE)


class TestGlm45(ToolParserKit):
    parser = "glm4_moe"
    samples = {
        "one call": Sample(
            text="<tool_call>find_train\n<arg_key>to</arg_key>\n<arg_value>Łódź</arg_value>\n"
            "<arg_key>seats</arg_key>\n<arg_value> 2 </arg_value>\n</tool_call>",
            calls=(("find_train", {"to": "Łódź", "seats": 2}),),
            tools=TOOLS,
        ),
        "text, two calls, text": Sample(
            text="Two: \n<tool_call>now\n</tool_call>\n<tool_call>write_note\n<arg_key>tags</arg_key>"
            '<arg_value>["a"]</arg_value></tool_call>\n!',
            content="Two: \n\n\n!",
            calls=(("now", {}), ("write_note", {"tags": ["a"]})),
            tools=TOOLS,
        ),
        "no call": Sample(
            text="Say <tool_call> and a name, <tool_call>\n\n<arg_key>, </arg_value>",
            content="Say <tool_call> and a name, <tool_call>\n\n<arg_key>, </arg_value>",
        ),
        "broken off": Sample(
            text="<tool_call>write_note\n<arg_key>title</arg_key>\n<arg_value> Tea",
            calls=(("write_note", '{"title": " Tea'),),
            tools=TOOLS,
        ),
    }


class TestGlm47(ToolParserKit):
    parser = "glm47"
    samples = {
        "text of any kind": Sample(
            text="On it.<tool_call>write_note<arg_key>title</arg_key><arg_value>\n a </arg_> <arg_key>\n</arg_value>"
            "</tool_call>",
            content="On it.",
            calls=(("write_note", {"title": "\n a </arg_> <arg_key>\n"}),),
            tools=TOOLS,
        ),
        "no arguments": Sample(text="<tool_call>now</tool_call>", calls=(("now", {}),)),
        "as JSON": Sample(
            text='<tool_call>{"name": "now", "arguments": {"zone": "UTC"}}</tool_call>.',
            calls=(("now", {"zone": "UTC"}),),
            content=".",
        ),
    }


class TestIQuest(ToolParserKit):
    parser = "iquest_q1"
    samples = {
        "two calls": Sample(
            text="<iquest_tool_call>now</iquest_tool_call><iquest_tool_call>find_train<arg_key>seats</arg_key> "
            "<arg_value>1</arg_value></iquest_tool_call>",
            calls=(("now", {}), ("find_train", {"seats": 1})),
            tools=TOOLS,
        ),
    }


def heard(text: str, tools: tuple[Tool, ...] = TOOLS) -> Said:
    return said(Sample(text=text, tools=tools).read(Glm47, *text))


@pytest.mark.parametrize(
    ("body", "arguments", "complete"),
    [
        ("<arg_key>title</arg_key></tool_call>", "{}", True),
        ("<arg_key>title</arg_key><arg_key>tags</arg_key><arg_value>[]</arg_value></tool_call>", '{"tags": []}', True),
        (
            "<arg_key>title</arg_key><arg_value>x\n<arg_key>tags</arg_key><arg_value>[]",
            '{"title": "x", "tags": ',
            False,
        ),
        ("<arg_key>title</arg_key><arg_value>x\n</tool_call>", '{"title": "x"}', True),
        ("<arg_key>title</arg_key><arg_value>x</arg_value>", '{"title": "x"}', False),
        ("\n <arg_key> title </arg_key>\n\n<arg_value>007</arg_value>\n </tool_call>", '{"title": "007"}', True),
        ("<arg_key>more</arg_key><arg_value>1</arg_value></tool_call>", '{"more": "1"}', True),
    ],
)
def test_slips(body: str, arguments: str, complete: bool) -> None:
    answer = heard(f"<tool_call>write_note{body}")
    assert [(call.arguments, call.complete) for call in answer.calls] == [(arguments, complete)]
    assert answer.content == ""


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>now",
        "<tool_call>now\n",
        "<tool_call></tool_call>",
        "<tool_call>now then</tool_call>",
        "<tool_call>write_note<arg_key>title</arg_value>",
        "<arg_key>title</arg_key><arg_value>x</arg_value>",
    ],
)
def test_what_is_no_call_is_text(text: str) -> None:
    answer = heard(text)
    assert (answer.content, answer.calls) == (text, ())


def test_each_is_written_as_its_template_does() -> None:
    assert Glm45(TOOLS).write("find_train", {"to": "Ulm", "seats": 1}) == (
        "<tool_call>find_train\n<arg_key>to</arg_key>\n<arg_value>Ulm</arg_value>\n"
        "<arg_key>seats</arg_key>\n<arg_value>1</arg_value>\n</tool_call>"
    )
    assert Glm47(TOOLS).write("now", {}) == "<tool_call>now</tool_call>"
