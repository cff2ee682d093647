"""Completions, on a model that says what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import openai
import pytest
from openai.types import Completion

from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import SurfaceKit, events_of
from mlxs_openai.completion_writer import fold


class TestCompletions(SurfaceKit):
    surface = "openai"

    def ask(self, text: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
        body: dict[str, Any] = {"prompt": text, "stream": stream, "logprobs": 2}
        return "/v1/completions", {**body, "stream_options": {"include_usage": True}} if stream else body

    def fold(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return fold(events)

    def is_error(self, event: Mapping[str, Any]) -> bool:
        return set(event.get("error", ())) == {"message", "type", "param", "code"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {}}) as served:
        yield served


def ask(served: Served, prompt: Any, **body: Any) -> httpx.Response:
    return httpx.post(served.url + "/v1/completions", json={"prompt": prompt, **body}, timeout=30)


def texts(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [choice["text"] for choice in answer.json()["choices"]]


def test_bodies_and_chunks_are_what_the_sdk_expects(served: Served) -> None:
    body = ask(served, ["a b", "c"], n=2, logprobs=3)
    told = Completion.model_validate(body.json(), strict=True)
    assert [choice.text for choice in told.choices] == ["a b ", "a b ", "c ", "c "]
    assert told.usage and (told.usage.prompt_tokens, told.usage.completion_tokens) == (3, 6)
    stream = ask(served, "a b", stream=True, stream_options={"include_usage": True})
    for chunk in events_of(stream):
        for choice in chunk["choices"]:
            choice["finish_reason"] = (
                choice["finish_reason"] or "stop"
            )  # null until the end, which the SDK's type denies
        Completion.model_validate(chunk, strict=True)
    assert stream.text.endswith("data: [DONE]\n\n")
    assert not any("usage" in chunk for chunk in events_of(ask(served, "a b", stream=True)))


def test_prompts_come_as_texts_and_as_tokens(served: Served) -> None:
    ids = httpx.post(served.url + "/v1/tokenize", json={"prompt": "well well then"}).json()["tokens"]
    assert texts(ask(served, ids)) == ["well well then "]
    assert texts(ask(served, [ids, ids[:1]])) == ["well well then ", "well "]
    assert texts(ask(served, [ids[:1], ids[2:]], echo=True, n=2)) == ["wellwell "] * 2 + ["thenthen "] * 2
    assert texts(ask(served, "a b", echo=True)) == ["a ba b "]


def test_logprobs_say_where_each_token_begins(served: Served) -> None:
    answer = ask(served, Script(say=["é", "x", "😀y"]).__str__(), logprobs=1).json()["choices"][0]["logprobs"]
    assert answer == {
        "tokens": ["é", "x", "😀y"],
        "token_logprobs": [-1.0] * 3,
        "top_logprobs": [{"é": -1.0}, {"x": -1.0}, {"😀y": -1.0}],
        "text_offset": [0, 1, 2],
    }
    most = ask(served, "a", logprobs=5).json()["choices"][0]["logprobs"]["top_logprobs"]
    assert [len(top) for top in most] == [5]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", ""),
        ("prompt", []),
        ("prompt", [[]]),
        ("prompt", ["a", ""]),
        ("prompt", [["a"]]),
        ("prompt", [10**9]),
        ("prompt", None),
        ("suffix", "end"),
        ("best_of", 3),
        ("logprobs", 6),
        ("stop", [1]),
        ("stop", [["a"]]),
        ("min_p", 5),
        ("n", 0),
        ("max_tokens", 0),
        ("guided_regex", "("),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, field: str, value: Any) -> None:
    answer = ask(served, **{"prompt": "a", field: value})
    assert answer.status_code == 400
    assert field.startswith(answer.json()["error"]["param"].partition(".")[0])
    assert texts(ask(served, "still here")) == ["still here "]


def test_several_fields_that_do_not_go_together(served: Served) -> None:
    assert ask(served, "a", echo=True, logprobs=1).status_code == 400
    assert ask(served, ["a"] * 65, n=2).status_code == 400
    assert texts(ask(served, "a", best_of=2, n=2, suffix="")) == ["a ", "a "]


def test_the_sdk_streams(served: Served) -> None:
    client = openai.OpenAI(base_url=served.url + "/v1", api_key="none")
    stream = client.completions.create(model="m", prompt="one two", stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == "one two "


def test_azure_s_client_finds_its_deployments(served: Served) -> None:
    client = openai.AzureOpenAI(azure_endpoint=served.url, api_key="none", api_version="2024-10-21")
    messages: Any = [{"role": "user", "content": "hi there"}]
    assert client.chat.completions.create(model="m", messages=messages).choices[0].message.content == "hi there "
    assert client.completions.create(model="m", prompt="hi there").choices[0].text == "hi there "
    assert [model.id for model in client.models.list()] == ["m"]
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-9'"):
        client.completions.create(model="gpt-9", prompt="hi")
    named = openai.AzureOpenAI(
        azure_endpoint=served.url, azure_deployment="m", api_key="none", api_version="2024-10-21"
    )
    assert named.chat.completions.create(model="whatever", messages=messages).choices[0].finish_reason == "stop"
    plain = openai.OpenAI(base_url=served.url + "/openai/v1/", api_key="none", default_query={"api-version": "preview"})
    assert plain.completions.create(model="m", prompt="hi").choices[0].text == "hi "


def test_azure_s_errors_are_those_of_the_dialect(served: Served) -> None:
    path = served.url + "/openai/deployments/m/completions?api-version=1"
    for content in (b"{", b"[]", b"\xff", b"{}"):
        answer = httpx.post(path, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["error"]["type"] == "invalid_request_error"
