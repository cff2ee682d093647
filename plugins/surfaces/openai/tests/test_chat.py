"""Chat completions, on a model that says what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import events_of

CALL = '<tool_call>\n{"name": "buy", "arguments": {"what": "an umbrella"}}\n</tool_call>'


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}}) as served:
        yield served


def ask(served: Served, script: object, **body: Any) -> httpx.Response:
    messages = [{"role": "user", "content": str(script)}]
    return httpx.post(served.url + "/v1/chat/completions", json={"messages": messages, **body}, timeout=30)


def offer(*names: str) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": name}} for name in names]}


def test_bodies_and_chunks_are_what_the_sdk_expects(served: Served) -> None:
    script = Script(say=["<think>", "hm</think>", "Hi ", CALL])
    ChatCompletion.model_validate(ask(served, script, **offer("buy")).json(), strict=True)
    stream = ask(served, script, **offer("buy"), stream=True, stream_options={"include_usage": True})
    for chunk in events_of(stream):
        ChatCompletionChunk.model_validate(chunk, strict=True)
    assert stream.text.endswith("data: [DONE]\n\n")


def test_usage_is_sent_where_it_is_asked_for(served: Served) -> None:
    assert not any("usage" in chunk for chunk in events_of(ask(served, "hi", stream=True)))
    (*_, last) = events_of(ask(served, "hi", stream=True, stream_options={"include_usage": True}))
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == last["usage"]["prompt_tokens"] + last["usage"]["completion_tokens"]


def test_a_seed_may_be_the_greatest_number_there_is(served: Served) -> None:
    body = {"messages": [{"role": "user", "content": "hi"}], "n": 2, "seed": 2**64 - 1}
    assert len(httpx.post(served.url + "/v1/chat/completions", json=body).json()["choices"]) == 2


@pytest.mark.parametrize(("top_k", "status"), [(-1, 200), (0, 200), (5, 200), (-2, 400)])
def test_top_k_may_be_off(served: Served, top_k: int, status: int) -> None:
    body = {"messages": [{"role": "user", "content": "a"}], "top_k": top_k}
    assert httpx.post(f"{served.url}/v1/chat/completions", json=body).status_code == status


def test_parallel_calls_can_be_switched_off(served: Served) -> None:
    script = Script(say=[CALL, "\n", CALL, "more"])
    assert len(_message(ask(served, script, **offer("buy")))["tool_calls"]) == 2
    choice = ask(served, script, **offer("buy"), parallel_tool_calls=False).json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert len(choice["message"]["tool_calls"]) == 1
    assert choice["message"]["content"] is None


def test_without_tools_or_with_choice_none_no_call_is_looked_for(served: Served) -> None:
    script = Script(say=[CALL])
    assert _message(ask(served, script))["content"] == CALL
    assert _message(ask(served, script, **offer("buy"), tool_choice="none"))["content"] == CALL


def test_calls_of_tools_nobody_offered_are_passed_on_and_counted(served: Served) -> None:
    def counted() -> int:
        return int(httpx.get(served.url + "/v1/models/m/parser").json()["calls"]["undeclared"])

    before = counted()
    message = _message(ask(served, Script(say=[CALL]), **offer("sell")))
    assert message["tool_calls"][0]["function"]["name"] == "buy"
    assert counted() == before + 1


def test_the_sdk_adds_a_stream_up_to_the_body(served: Served) -> None:
    client = openai.OpenAI(base_url=served.url + "/v1", api_key="none")
    asked: Any = {
        "model": "m",
        "messages": [{"role": "user", "content": str(Script(say=["Hi ", CALL]))}],
        **offer("buy"),
    }
    with client.chat.completions.stream(**asked) as stream:
        told = stream.get_final_completion().choices[0]
    body = client.chat.completions.create(**asked).choices[0]
    assert told.message.content == body.message.content == "Hi"
    assert told.message.tool_calls and body.message.tool_calls
    assert told.message.tool_calls[0].function.arguments == body.message.tool_calls[0].function.arguments  # type: ignore[union-attr]
    assert told.finish_reason == body.finish_reason == "tool_calls"


CUSTOM = {"type": "custom", "custom": {"name": "patch"}}
PATCH = (
    '<tool_call>\n{"name": "patch", "arguments": {"input": "say \\"h\\u00e9\\ud83d\\ude00\\"\\n\\\\end"}}\n</tool_call>'
)


def test_custom_tools_take_a_text(served: Served) -> None:
    (call,) = _message(ask(served, Script(say=list(PATCH)), tools=[CUSTOM]))["tool_calls"]
    assert call["type"] == "custom"
    assert call["custom"] == {"name": "patch", "input": 'say "hé😀"\n\\end'}
    body = ask(served, Script(say=[PATCH]), tools=[CUSTOM]).json()
    ChatCompletion.model_validate(body, strict=True)
    messages = [{"role": "assistant", "tool_calls": [call]}, {"role": "user", "content": "Thanks"}]
    answer = httpx.post(served.url + "/v1/chat/completions", json={"messages": messages, "tools": [CUSTOM]})
    assert answer.status_code == 200


def test_models_by_name_and_a_name_that_is_nobodys(served: Served) -> None:
    assert [model["id"] for model in httpx.get(served.url + "/v1/models").json()["data"]] == ["m"]
    assert httpx.get(served.url + "/v1/models/m").json()["context_window"] == 4096
    answer = ask(served, "hi", model="gpt-9")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"
    assert "models: m" in answer.json()["error"]["message"]


def _message(answer: httpx.Response) -> dict[str, Any]:
    message: dict[str, Any] = answer.json()["choices"][0]["message"]
    return message
