"""Embeddings, on a model whose vectors count letters."""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types import CreateEmbeddingResponse

from mlxs.testing import letters
from mlxs.testing.letters import counted
from mlxs.testing.serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"model_type": "letters"}, "chat": {}}, extra=[letters]) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none")


def ask(served: Served, **body: Any) -> httpx.Response:
    return httpx.post(served.url + "/v1/embeddings", json={"model": "m", **body}, timeout=30)


def vectors(answer: httpx.Response) -> list[list[float]]:
    assert answer.status_code == 200, answer.text
    return [one["embedding"] for one in answer.json()["data"]]


def near(text: str, *more: Any) -> Any:
    return pytest.approx(list(counted(text, *more)), abs=1e-6)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("abba", ["abba"]),
        (["abba", "b", "cab"], ["abba", "b", "cab"]),
        ([0, 1, 1, 0], ["abba"]),
        ([[0, 1], [2]], ["ab", "c"]),
    ],
)
def test_every_kind_of_input_becomes_vectors_in_its_order(served: Served, given: Any, meant: list[str]) -> None:
    answer = ask(served, input=given)
    assert vectors(answer) == [near(text) for text in meant]
    body = answer.json()
    CreateEmbeddingResponse.model_validate(body, strict=True)
    assert [one["index"] for one in body["data"]] == list(range(len(meant)))
    tokens = sum(map(len, meant))
    assert body["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}
    assert body["model"] == "m"


def test_the_sdk_reads_both_encodings(client: openai.OpenAI) -> None:
    """It asks for base64 where nothing is said, and decodes that itself."""
    silent = client.embeddings.create(model="m", input=["abba", "c"])
    floats = client.embeddings.create(model="m", input=["abba", "c"], encoding_format="float", user="me")
    for answer in (silent, floats):
        assert [one.embedding for one in answer.data] == [near("abba"), near("c")]


def test_base64_is_of_32_bit_floats(served: Served) -> None:
    (said,) = vectors(ask(served, input="abba", encoding_format="base64"))
    assert list(struct.unpack("<26f", b64decode(str(said)))) == near("abba")


def test_dimensions_and_the_name_of_a_deployment_are_honoured(served: Served, client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="m", input="abba", dimensions=2)
    assert answer.data[0].embedding == near("abba", 2)
    azure = openai.AzureOpenAI(base_url=f"{served.url}/openai/deployments/m", api_key="none", api_version="any")
    assert azure.embeddings.create(model="?", input="abba").data[0].embedding == near("abba")


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({"input": ""}, "input", "the input is empty"),
        ({"input": []}, "input", "the input is empty"),
        ({"input": ["a", ""]}, "input", "the input is empty"),
        ({"input": [[]]}, "input", "the input is empty"),
        ({}, "input", "input: field required"),
        ({"input": None}, "input", "input"),
        ({"input": ["a", 1]}, "input", "input"),
        ({"input": ["a"] * 2049}, "input", "2049 inputs are more than 2048"),
        ({"input": "a!"}, "input", "is no letter"),
        ({"input": "a", "dimensions": 0}, "dimensions", "greater than or equal to 1"),
        ({"input": "a", "encoding_format": "int8"}, "encoding_format", "'float' or 'base64'"),
        ({"input": "a", "truncate_prompt_tokens": 5}, "truncate_prompt_tokens", "--truncate"),
        ({"input": "a", "input_type": "query"}, "input_type", "send prompt_name"),
        ({"input": "a", "task": "retrieval.query"}, "task", "send prompt_name"),
        ({"input": "a", "normalize": False}, "normalize", "vectors have length 1"),
        ({"input": "a", "image_url": "data:image/png;base64,"}, "image_url", "have no pictures"),
        ({"input": ["a", "b"], "image_url": "data:image/png;base64,"}, "image_url", "one text"),
        ({"input": ["a", "b"], "input_audio": {"data": "AAAA"}}, "input_audio", "one text"),
        ({"input": [[1]], "video_url": "data:video/mp4;base64,"}, "video_url", "one text"),
        ({"input": "a", "video_url": {"href": "?"}}, "video_url", "field required"),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, body: dict[str, Any], param: str, said: str) -> None:
    answer = ask(served, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].split(".")[0] == param
    assert said in answer.json()["error"]["message"]


def test_as_many_inputs_as_at_openai_are_taken(served: Served) -> None:
    assert len(vectors(ask(served, input=["a"] * 2048))) == 2048


def test_a_model_without_vectors_says_so(served: Served) -> None:
    answer = ask(served, model="chat", input="a")
    assert answer.status_code == 404
    assert "has no embedding" in answer.json()["error"]["message"]
