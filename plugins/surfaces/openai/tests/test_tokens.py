"""Tokens, as vLLM's clients and llama.cpp's ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mlxs.testing.serving import Served, serving

MESSAGES = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "a b"}]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {}}) as served:
        yield served


def post(served: Served, path: str, **body: Any) -> httpx.Response:
    return httpx.post(served.url + path, json=body, timeout=30)


@pytest.mark.parametrize("prefix", ["", "/v1", "/openai/deployments/m"])
def test_a_text_goes_there_and_back(served: Served, prefix: str) -> None:
    said = post(served, prefix + "/tokenize", prompt="to be or not to be", return_token_strs=True).json()
    assert said["count"] == len(said["tokens"]) == 6
    assert said["tokens"][:2] == said["tokens"][4:]
    assert said["token_strs"] == ["to", "be", "or", "not", "to", "be"]
    assert said["max_model_len"] == 4096
    back = post(served, prefix + "/detokenize", tokens=said["tokens"]).json()
    assert back == {"prompt": "to be or not to be", "content": "to be or not to be"}
    assert post(served, prefix + "/tokenize", content="to be").json() == {"tokens": said["tokens"][:2]}
    pieces = post(served, prefix + "/tokenize", content="be", with_pieces=True).json()["tokens"]
    assert pieces == [{"id": said["tokens"][1], "piece": "be"}]


def test_a_conversation_has_the_tokens_that_are_billed(served: Served) -> None:
    count = post(served, "/tokenize", messages=MESSAGES).json()["count"]
    rendered = post(served, "/v1/render", messages=MESSAGES).json()
    usage = post(served, "/v1/chat/completions", messages=MESSAGES).json()["usage"]
    assert count == rendered["count"] == len(rendered["token_ids"]) == usage["prompt_tokens"] == 4
    assert rendered["prompt"] == post(served, "/apply-template", messages=MESSAGES).json()["prompt"] == "Be kind a b"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tokenize", {}),
        ("/tokenize", {"prompt": "a", "content": "b"}),
        ("/tokenize", {"prompt": "a", "messages": MESSAGES}),
        ("/tokenize", {"messages": MESSAGES, "add_generation_prompt": False}),
        ("/detokenize", {"tokens": [10**9]}),
        ("/detokenize", {"tokens": "a"}),
        ("/v1/render", {"messages": []}),
        ("/apply-template", {"messages": [{"role": "wizard", "content": "x"}]}),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, path: str, body: dict[str, Any]) -> None:
    answer = post(served, path, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_nothing_has_no_tokens(served: Served) -> None:
    assert post(served, "/tokenize", prompt="").json()["count"] == 0
    assert post(served, "/detokenize", tokens=[]).json()["prompt"] == ""
