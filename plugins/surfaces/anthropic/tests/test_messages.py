"""Messages, on a model that says what it is told, by way of Anthropic's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent
from anthropic.types.beta import BetaMessage
from pydantic import TypeAdapter

from mlxs.events import Begin, Finish, ToolCallArguments, ToolCallEnd, ToolCallStart
from mlxs.server import sse
from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import events_of
from mlxs_anthropic.body import CreateBody
from mlxs_anthropic.writer import MessageWriter, fold

CALL = '<tool_call>\n{"name": "buy", "arguments": {"what": "an umbrella"}}\n</tool_call>'
BUY: Any = {"name": "buy", "description": "Buy it.", "input_schema": {"type": "object", "properties": {}}}
EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)
ANSWERS = {
    "words": Script(say=["Hel", "lo"]),
    "nothing": Script(say=[]),
    "all there is": Script(say=["<think>", "hm</think>", "Hi ", CALL, "\n", CALL]),
    "cut short": Script(say=[CALL[:70]], reason="length"),
}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}}) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=served.url, api_key="none", max_retries=0)


def body(script: object, **more: Any) -> Any:
    return {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": str(script)}], **more}


def post(served: Served, script: object, **more: Any) -> httpx.Response:
    return httpx.post(served.url + "/v1/messages", json=body(script, **more), timeout=30)


@pytest.mark.parametrize("answer", ANSWERS)
def test_bodies_and_events_are_exactly_what_the_sdk_expects(served: Served, answer: str) -> None:
    told = post(served, ANSWERS[answer], tools=[BUY]).json()
    message = Message.model_validate(told, strict=True)
    assert message.model_dump(exclude_unset=True, mode="json") == told
    events = events_of(post(served, ANSWERS[answer], tools=[BUY], stream=True))
    for event in events:
        if event != {"type": "ping"}:
            assert EVENT.validate_python(event, strict=True).model_dump(exclude_unset=True, mode="json") == event
    begun = [event["index"] for event in events if event["type"] == "content_block_start"]
    assert begun == list(range(len(message.content)))


def test_events_have_names(served: Served) -> None:
    lines = post(served, "hi", stream=True).text.splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    block = [f"content_block_{what}" for what in ("start", "delta", "stop")]
    assert names == ["message_start", "ping", *block, "message_delta", "message_stop"]


def test_pings_keep_a_quiet_stream_open(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "KEEP_ALIVE", 0.01)
    stream = post(served, Script(say=["a", "b"], pause=0.3), stream=True)
    assert events_of(stream).count({"type": "ping"}) > 2
    assert all(line.startswith(("event: ", "data: ")) for line in stream.text.splitlines() if line)


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_sdk_adds_a_stream_up_to_the_body(client: anthropic.Anthropic, answer: str) -> None:
    asked = body(ANSWERS[answer], tools=[BUY])
    with client.messages.stream(**asked) as stream:
        told = stream.get_final_message()
    whole = client.messages.create(**asked)

    def said(message: Any) -> Any:
        dumped = message.model_dump(exclude={"id": True})
        blocks = [
            {key: block[key] for key in block if key not in ("id", "parsed_output")} for block in dumped["content"]
        ]
        return {**dumped, "content": blocks}

    assert said(told) == said(whole)


def test_thoughts_words_and_calls_are_blocks_of_their_own(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**body(ANSWERS["all there is"], tools=[BUY]))
    thought, words, call, again = message.content
    assert thought.type == "thinking" and thought.thinking == "hm" and thought.signature
    assert words.type == "text" and words.text == "Hi"
    assert call.type == again.type == "tool_use" and call.id != again.id
    assert call.input == {"what": "an umbrella"}
    assert message.stop_reason == "tool_use"


def test_a_call_cut_short_has_the_input_so_far(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**body(ANSWERS["cut short"], tools=[BUY]))
    assert message.stop_reason == "max_tokens"
    assert message.content[0].type == "tool_use"


def test_arguments_that_are_no_object_are_not_lost() -> None:
    for json in ("[1]", '{"a": nothing'):
        events = [Begin(), ToolCallStart(0, "f"), ToolCallArguments(0, json), ToolCallEnd(0), Finish("tool_calls")]
        (block,) = fold(MessageWriter("m").frames(events))["content"]
        assert block["input"] == {"arguments": json}


def test_a_hidden_thought_comes_back_in_its_signature(client: anthropic.Anthropic) -> None:
    hidden: Any = {"type": "adaptive", "display": "omitted"}
    asked = body(ANSWERS["all there is"], thinking=hidden)
    message = client.messages.create(**asked)
    assert message.content[0].type == "thinking" and message.content[0].thinking == ""
    with client.messages.stream(**asked) as stream:
        assert stream.get_final_message().content[0] == message.content[0]
    turn = {"role": "assistant", "content": [block.model_dump() for block in message.content]}
    again = CreateBody.model_validate({**asked, "messages": [*asked["messages"], turn, *asked["messages"]]})
    assert again.request().messages[1].reasoning == "hm"


def test_usage_is_told_at_both_ends(served: Served) -> None:
    events = events_of(post(served, "a b c", stream=True))
    first, last = events[0]["message"]["usage"], events[-2]["usage"]
    assert first["input_tokens"] == last["input_tokens"] == 3
    assert (first["output_tokens"], last["output_tokens"]) == (0, 3)
    assert last["cache_read_input_tokens"] == 0


def test_one_call_where_parallel_ones_are_switched_off(client: anthropic.Anthropic) -> None:
    choice: Any = {"type": "auto", "disable_parallel_tool_use": True}
    message = client.messages.create(**body(ANSWERS["all there is"], tools=[BUY], tool_choice=choice))
    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]


def test_edits_nobody_made_are_none(served: Served) -> None:
    edits = {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}
    told = post(served, "hi", context_management=edits).json()
    assert BetaMessage.model_validate(told, strict=True).context_management is not None
    assert told["context_management"] == {"applied_edits": []}


def test_tokens_are_counted_without_an_answer(client: anthropic.Anthropic) -> None:
    asked = body("one two three")
    count = client.messages.count_tokens(model="m", messages=asked["messages"], tools=[BUY], system="Be brief.")
    assert count.input_tokens == 5
    assert client.messages.create(**asked, system="Be brief.").usage.input_tokens == 5


def test_a_request_id_in_header_and_error(served: Served) -> None:
    answer = post(served, Script(refuse="not like this"))
    assert answer.headers["request-id"] == answer.headers["x-request-id"] == answer.json()["request_id"]
    told = events_of(post(served, Script(say=["a", "b"], raise_at=1), stream=True))[-1]
    assert ErrorResponse.model_validate(told, strict=True).error.type == "api_error"
    assert told["request_id"]
