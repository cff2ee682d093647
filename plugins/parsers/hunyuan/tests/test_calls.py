"""All formats of calls: the published kit, and the spellings of the tags."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.parsing import ToolParser
from mlxs.requests import Tool
from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_hunyuan.calls import Hy3, Hy4


def tool(name: str, **properties: Any) -> Tool:
    return Tool(name=name, parameters={"type": "object", "properties": properties, "required": list(properties)})


TOOLS = (tool("post", to={"type": "string"}, copies={"type": "integer"}), tool("now"))


class TestA13B(ToolParserKit):
    parser = "hunyuan_a13b"
    samples = {
        "two calls": Sample(
            text='Yes. <tool_calls>[{"name": "now", "arguments": {}}, {"name": "post", "arguments": {"to": "]}"}}]'
            "</tool_calls>",
            content="Yes.",
            calls=(("now", {}), ("post", {"to": "]}"})),
        ),
        "no call": Sample(text="A list in <tool_calls>[] or <tool_", content="A list in <tool_calls>[] or <tool_"),
        "broken off": Sample(
            text='<tool_calls>[{"name": "post", "arguments": {"to": "Ag', calls=(("post", '{"to": "Ag'),)
        ),
    }


class TestHy3(ToolParserKit):
    parser = "hy_v3"
    samples = {
        "one call": Sample(
            text="Now.<tool_calls>\n<tool_call>post<tool_sep>\n<arg_key>copies</arg_key>\n<arg_value>2</arg_value>\n"
            "</tool_call>\n</tool_calls>",
            content="Now.",
            calls=(("post", {"copies": 2}),),
            tools=TOOLS,
        ),
        "two calls, as published": Sample(
            text="<tool_calls:opensource><tool_call:opensource>now<tool_sep:opensource></tool_call:opensource>\n"
            "<tool_call:opensource>now<tool_sep></tool_call:opensource></tool_calls:opensource>!",
            calls=(("now", {}), ("now", {})),
            content="!",
        ),
        "no call": Sample(
            text="In <tool_calls> is <tool_call> or <tool_call>a<tool_sep>b",
            content="In <tool_calls> is <tool_call> or <tool_call>a<tool_sep>b",
        ),
    }


class TestHy4(ToolParserKit):
    parser = "hy_v4"
    samples = {
        "one call": Sample(
            text="<tool_calls><tool_call>post<arg_key>to</arg_key><arg_value> </arg_value></tool_call></tool_calls>",
            calls=(("post", {"to": " "}),),
            tools=TOOLS,
        ),
        "broken off": Sample(
            text="<tool_calls:opensource>\n<tool_call:opensource>post\n<arg_key:opensource>copies</arg_key:opensource>",
            content="<tool_calls:opensource>\n<tool_call:opensource>post\n<arg_key:opensource>copies</arg_key:opensource>",
        ),
    }


@pytest.mark.parametrize("kind", [Hy3, Hy4])
def test_the_block_and_the_separator_may_be_missing(kind: type[ToolParser]) -> None:
    text = "<tool_call>post<arg_key>copies</arg_key><arg_value>1</arg_value></tool_call>"
    answer = said(Sample(text=text, tools=TOOLS).read(kind, *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("post", '{"copies": 1}')]


def test_it_is_written_as_published() -> None:
    assert Hy4().write("now", {}).split("\n") == [
        "<tool_calls:opensource>",
        "<tool_call:opensource>now",
        "</tool_call:opensource>",
        "</tool_calls:opensource>",
    ]
