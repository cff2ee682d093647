"""`/v1/parse` and `/v1/models/{id}/parser`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mlxs.hooks import hookimpl
from mlxs.plugins import Plugins
from mlxs.specs import ReasoningParserSpec, ToolParserSpec
from mlxs.testing.serving import Served, serving

CALL = '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>'


class Offers:
    """Two parsers on the shared formats."""

    __name__ = "offers"

    @staticmethod
    @hookimpl
    def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
        yield ToolParserSpec(name="acme", target="mlxs.parsing.formats:TaggedJson", marks=("<tool_call>",))
        yield ToolParserSpec(name="tagged", target="mlxs.parsing.formats:TaggedParameters", aliases=("tags",))

    @staticmethod
    @hookimpl
    def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
        yield ReasoningParserSpec(name="acme", target="mlxs.parsing.formats:Tagged")
        yield ReasoningParserSpec(name="thinks", target="mlxs.parsing.formats:Tagged")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"chat_template": "{{ '<tool_call>' }}"}}, plugins=Plugins(), extra=[Offers()]) as served:
        yield served


def parse(served: Served, **body: Any) -> Any:
    return httpx.post(served.url + "/v1/parse", json=body).json()


def test_a_text_is_read(served: Served) -> None:
    text = f"<think>hm</think>ok {CALL}"
    said = parse(served, text=text, tool_call_parser="acme", reasoning_parser="acme")
    assert said["content"] == "ok"
    assert said["reasoning"] == "hm"
    assert said["tool_calls"] == [{"name": "f", "arguments": '{"a": 1}'}]
    assert [event["type"] for event in said["events"]] == [
        "ReasoningDelta",
        "TextDelta",
        "ToolCallStart",
        "ToolCallArguments",
        "ToolCallEnd",
    ]


def test_chunks_are_fed_one_by_one(served: Served) -> None:
    said = parse(served, chunks=["a", "b"], tool_call_parser="acme")
    assert [event["text"] for event in said["events"]] == ["a", "b"]
    assert said["content"] == "ab"


def test_where_the_answer_begins(served: Served) -> None:
    asked = {"text": "hm</think>ok", "reasoning_parser": "acme"}
    assert parse(served, **asked, initial_state="reasoning")["reasoning"] == "hm"
    assert parse(served, **asked, generation_prompt="<|assistant|><think>")["reasoning"] == "hm"
    assert parse(served, **asked, initial_state="reasoning", generation_prompt="")["reasoning"] == "hm"
    assert parse(served, **asked, initial_state="content")["content"] == "hm</think>ok"
    assert parse(served, **asked)["content"] == "hm</think>ok"


def test_without_parsers_all_is_content(served: Served) -> None:
    assert parse(served, text=CALL) == {"content": CALL, "reasoning": None, "tool_calls": [], "events": [_text(CALL)]}


FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}
TAGGED = "<tool_call><function=f><parameter=a>1</parameter></function></tool_call>"


@pytest.mark.parametrize(
    ("tools", "arguments"),
    [
        ([{"type": "function", "function": FUNCTION}], '{"a": 1}'),
        ([{"type": "function", **FUNCTION}], '{"a": 1}'),
        ([FUNCTION], '{"a": 1}'),
        ([{"type": "function", "function": {"name": "f", "parameters": None, "strict": None}}], '{"a": "1"}'),
        ([], '{"a": "1"}'),
        (None, '{"a": "1"}'),
    ],
)
def test_values_are_typed_by_the_tools(served: Served, tools: Any, arguments: str) -> None:
    said = parse(served, text=TAGGED, tools=tools, tool_call_parser="tagged")
    assert said["tool_calls"] == [{"name": "f", "arguments": arguments}]


def test_a_family_may_have_one_kind_of_parser(served: Served) -> None:
    text = f"<think>hm</think>{TAGGED}"
    for name in ("tagged", "tags"):
        said = parse(served, text=text, tool_call_parser=name, reasoning_parser=name)
        assert (said["content"], said["reasoning"], len(said["tool_calls"])) == ("<think>hm</think>", None, 1)
    said = parse(served, text=text, tool_call_parser="thinks", reasoning_parser="thinks")
    assert (said["content"], said["reasoning"], said["tool_calls"]) == (TAGGED, "hm", [])


def test_null_is_as_if_left_out(served: Served) -> None:
    fields = ("chunks", "tools", "tool_call_parser", "reasoning_parser", "generation_prompt", "initial_state")
    assert parse(served, text=CALL, **dict.fromkeys(fields)) == parse(served, text=CALL)
    assert parse(served, text=None, chunks=[CALL]) == parse(served, text=CALL)
    assert parse(served, text=CALL, chunks=[]) == parse(served, text=CALL)
    assert parse(served, text="")["content"] is None


def test_chunks_may_come_with_their_text(served: Served) -> None:
    cut = parse(served, text=CALL, chunks=list(CALL), tool_call_parser="acme")
    assert cut["tool_calls"] == parse(served, text=CALL, tool_call_parser="acme")["tool_calls"]


def _text(text: str) -> dict[str, str]:
    return {"type": "TextDelta", "text": text}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"text": "x", "tool_call_parser": "acmee"}, "tool_call_parser"),
        ({"text": "x", "reasoning_parser": "nobody"}, "reasoning_parser"),
        ({"text": "x", "initial_state": "asleep"}, "initial_state"),
        ({"text": "xy", "chunks": ["x"]}, "chunks"),
        ({"text": 5}, "text"),
        ({}, "text"),
        ({"text": "x", "tools": [{"type": "web_search"}]}, "tools.0.name"),
        ({"text": "x", "tools": [{"type": "function", "function": {"name": 5}}]}, "tools.0.function.name"),
    ],
)
def test_what_cannot_be_read(served: Served, body: dict[str, Any], param: str) -> None:
    answer = httpx.post(served.url + "/v1/parse", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_a_model_says_how_it_is_spoken_with(served: Served) -> None:
    said = httpx.get(served.url + "/v1/models/m/parser").json()
    assert said["tool_call_parser"]["name"] == "acme"
    assert "<tool_call>" in said["tool_call_parser"]["why"]
    assert said["reasoning_parser"] == {"name": "none", "summary": "", "why": "nothing in the chat template tells"}
    assert said["calls"] == {"declared": 0, "undeclared": 0}
    assert httpx.get(served.url + "/v1/models/x/parser").status_code == 404
