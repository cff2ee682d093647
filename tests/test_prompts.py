"""What the built-in model is sent, and what became of it: tokens, thoughts, caches, completions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from launched import launch

ASKED: Any = {
    "messages": [{"role": "user", "content": "What is the weather in Paris, naïve 😀?"}],
    "max_tokens": 4,
    "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}],
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with launch() as launched, httpx.Client(base_url=launched.url, timeout=60) as client:
        yield client


def test_what_is_rendered_is_what_is_asked(client: httpx.Client) -> None:
    for changed in ({}, {"tool_choice": "none"}, {"enable_thinking": False}, {"reasoning_effort": "none"}):
        body = {**ASKED, **changed}
        rendered = client.post("/v1/render", json=body).json()
        usage = client.post("/v1/chat/completions", json=body).json()["usage"]
        assert rendered["count"] == len(rendered["token_ids"]) == usage["prompt_tokens"]
        assert client.post("/detokenize", json={"tokens": rendered["token_ids"]}).json()["prompt"] == rendered["prompt"]
        assert ("get_weather" in rendered["prompt"]) == ("tool_choice" not in changed)


def test_a_budget_leaves_room_for_the_answer(client: httpx.Client) -> None:
    asked = {"messages": [{"role": "user", "content": "What is the capital of France?"}], "temperature": 0}
    thoughts = []
    for most in (None, 5, 0):
        body = (
            {**asked, "enable_thinking": True}
            if most is None
            else {**asked, "thinking": {"type": "enabled", "budget_tokens": most}}
        )
        message = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
        assert message["content"] and "think>" not in message["content"]
        thoughts.append(message.get("reasoning_content", ""))
    free, short, none = thoughts
    assert free.startswith(short.rstrip()) and len(free) > len(short) > len(none) == 0


def test_a_prompt_parts_from_the_cached_one_where_it_is_said_to(client: httpx.Client) -> None:
    def ask(city: str) -> httpx.Response:
        messages = [{"role": "user", "content": f"I would like to know how the weather is in {city} today."}]
        return client.post("/v1/chat/completions", json={"messages": messages, "max_tokens": 2})

    ask("Rome")
    answer = ask("Oslo")
    said = client.get(f"/v1/cache/explain/{answer.headers['x-request-id']}").json()
    usage = answer.json()["usage"]
    assert (said["prompt_tokens"], said["cached_tokens"]) == (
        usage["prompt_tokens"],
        usage["prompt_tokens_details"]["cached_tokens"],
    )
    told = said["divergence"]
    assert told["at"] >= said["cached_tokens"] > 0
    assert told["before"].rstrip().endswith("in")
    assert told["cached"].lstrip().startswith("Rome today") and told["wanted"].lstrip().startswith("Oslo today")
    unknown = client.get("/v1/cache/explain/req_nobody")
    assert unknown.status_code == 404
    assert "req_nobody" in unknown.json()["error"]["message"]


def test_completions_go_on(client: httpx.Client) -> None:
    body = {"prompt": "Hello", "max_tokens": 6, "temperature": 0, "logprobs": 2, "seed": 1}
    choice = client.post("/v1/completions", json=body).json()["choices"][0]
    assert len(choice["logprobs"]["tokens"]) == len(choice["logprobs"]["text_offset"]) <= 6
    assert "".join(choice["logprobs"]["tokens"]) == choice["text"]
    for token, offset in zip(choice["logprobs"]["tokens"], choice["logprobs"]["text_offset"], strict=True):
        assert choice["text"][offset:].startswith(token)
    chosen = client.post("/v1/completions", json={**body, "guided_choice": ["yes", "no"], "n": 2, "logprobs": None})
    assert [choice["text"] in ("yes", "no") for choice in chosen.json()["choices"]] == [True, True]
