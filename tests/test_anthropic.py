"""Anthropic's SDK, and requests such as Claude Code's, on the model that is built in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import openai
import pytest
from launched import Launched, launch

WEATHER: Any = {
    "name": "get_weather",
    "description": "Get the weather.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
QUESTION: Any = {"role": "user", "content": "What is the weather in Paris?"}
OFF: Any = {"type": "disabled"}
GREEDY = {"temperature": 0}


@pytest.fixture(scope="module")
def server() -> Iterator[Launched]:
    with launch() as launched:
        yield launched


@pytest.fixture(scope="module")
def client(server: Launched) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0)


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_used_and_its_result_told(client: anthropic.Anthropic, stream: bool) -> None:
    asked: Any = {"model": "demo", "max_tokens": 300, "tools": [WEATHER], "thinking": OFF, "extra_body": GREEDY}
    if stream:
        with client.messages.stream(**asked, messages=[QUESTION]) as events:
            message: Any = events.get_final_message()
    else:
        message = client.messages.create(**asked, messages=[QUESTION])
    assert message.stop_reason == "tool_use"
    (use,) = [block for block in message.content if block.type == "tool_use"]
    assert (use.name, use.input) == ("get_weather", {"city": "Paris"})
    result = {"type": "tool_result", "tool_use_id": use.id, "content": '{"temperature": 21, "condition": "sunny"}'}
    history = [QUESTION, message.to_param(), {"role": "user", "content": [result]}]
    told = client.messages.create(**asked, messages=history)
    assert told.stop_reason == "end_turn"
    assert told.content[0].type == "text" and "21" in told.content[0].text


def test_thoughts_are_blocks(client: anthropic.Anthropic) -> None:
    asked: Any = {"model": "demo", "max_tokens": 600, "tools": [WEATHER], "messages": [QUESTION], "extra_body": GREEDY}
    message = client.messages.create(**asked, thinking={"type": "adaptive"})
    assert message.content[0].type == "thinking" and "get_weather" in message.content[0].thinking
    assert message.usage.output_tokens_details and message.usage.output_tokens_details.thinking_tokens
    assert not any(block.type == "thinking" for block in client.messages.create(**asked, thinking=OFF).content)


def test_a_thought_is_kept_to_its_budget(client: anthropic.Anthropic) -> None:
    asked: Any = {"model": "demo", "max_tokens": 600, "tools": [WEATHER], "messages": [QUESTION], "extra_body": GREEDY}
    whole: Any = client.messages.create(**asked, thinking={"type": "enabled", "budget_tokens": 500}).content[0]
    message = client.messages.create(**asked, thinking={"type": "enabled", "budget_tokens": 6})
    short: Any = message.content[0]
    assert short.thinking and whole.thinking.startswith(short.thinking) and short.thinking != whole.thinking
    assert message.content[-1].type in ("text", "tool_use")


def test_the_stop_sequence_that_ended_it(client: anthropic.Anthropic) -> None:
    asked: Any = {"model": "demo", "max_tokens": 100, "thinking": OFF, "extra_body": GREEDY}
    hello = [{"role": "user", "content": "Hello!"}]
    (whole,) = client.messages.create(**asked, messages=hello).content
    stop = whole.text[5:8]  # type: ignore[union-attr]
    message = client.messages.create(**asked, messages=hello, stop_sequences=["never said", stop])
    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", stop)
    cut = client.messages.create(**{**asked, "max_tokens": 2}, messages=hello)
    assert (cut.stop_reason, cut.usage.output_tokens) == ("max_tokens", 2)


def test_tokens_are_counted_as_they_are_read(client: anthropic.Anthropic) -> None:
    asked: Any = {"model": "demo", "tools": [WEATHER], "messages": [QUESTION], "thinking": OFF, "system": "Be brief."}
    usage = client.messages.create(**asked, max_tokens=1).usage
    counted = client.messages.count_tokens(**asked).input_tokens
    assert counted == usage.input_tokens + (usage.cache_read_input_tokens or 0)
    assert counted > client.messages.count_tokens(**{**asked, "tools": []}).input_tokens


def test_the_second_turn_finds_the_first_in_the_cache(client: anthropic.Anthropic) -> None:
    first: Any = {"role": "user", "content": "Hello! My name is Ada and I like long walks by the sea in the evening."}
    asked: Any = {"model": "demo", "max_tokens": 60, "thinking": OFF, "extra_body": GREEDY}
    answer = client.messages.create(**asked, messages=[first])
    usage = client.messages.create(**asked, messages=[first, answer.to_param(), QUESTION]).usage
    assert (usage.cache_read_input_tokens or 0) >= answer.usage.input_tokens - 8


def test_models_have_the_shape_of_both_apis(client: anthropic.Anthropic, server: Launched) -> None:
    (model,) = client.models.list()
    assert (model.id, model.type, model.max_input_tokens) == ("demo", "model", 2048)
    assert client.models.retrieve("demo") == model
    told = httpx.get(server.url + "/v1/models/demo").json()
    for kind in (anthropic.types.ModelInfo, openai.types.Model):
        assert kind.model_validate(told).model_dump(exclude_unset=True, mode="json") == told


CACHED: Any = {"cache_control": {"type": "ephemeral"}}
CLAUDE_CODE: Any = {
    "model": "demo",
    "max_tokens": 32000,
    "stream": True,
    "system": [
        {"type": "text", "text": "x-billing: cch=1;"},
        {"type": "text", "text": "You are a coding agent.", **CACHED},
    ],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "<system-reminder>It is Friday.</system-reminder>"}]},
        {"role": "user", "content": [{"type": "text", "text": "List the files.", **CACHED}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "I shall look.", "signature": "bWx4czo="},
                {"type": "tool_use", "id": "toolu_1", "name": "tool_3", "input": {"command": "ls"}},
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "a.py", **CACHED}]},
        {"role": "system", "content": "Plan mode is off."},
    ],
    "tools": [
        {
            "name": f"tool_{n}",
            "description": "A tool.",
            "input_schema": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "properties": {"command": {"type": "string"}},
                "additionalProperties": False,
            },
        }
        for n in range(24)
    ],
    "thinking": {"type": "adaptive"},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "medium"},
    "metadata": {"user_id": "someone"},
}


def test_a_request_such_as_claude_code_s(server: Launched) -> None:
    headers = {"authorization": "Bearer none", "anthropic-version": "2023-06-01", "anthropic-beta": "a,b"}

    def ask(**more: Any) -> httpx.Response:
        path = f"{server.url}/v1/messages?beta=true"
        return httpx.post(path, json={**CLAUDE_CODE, **more}, headers=headers, timeout=120)

    assert httpx.head(server.url, headers=headers).status_code == 200
    answer = ask(max_tokens=100)
    assert answer.status_code == 200
    assert answer.text.endswith('data: {"type":"message_stop"}\n\n')
    too_long = ask(system="You are a coding agent. " * 1000)
    assert too_long.status_code == 400
    assert "prompt is too long: " in too_long.json()["error"]["message"]
