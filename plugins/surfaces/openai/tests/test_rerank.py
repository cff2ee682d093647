"""Reranking and scores, on a model that compares letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mlxs.testing import letters
from mlxs.testing.letters import cosine
from mlxs.testing.serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"model_type": "letters"}}, extra=[letters]) as served:
        yield served


def ask(served: Served, path: str, **body: Any) -> httpx.Response:
    return httpx.post(served.url + path, json=body, timeout=30)


def near(one: str, other: str) -> Any:
    return pytest.approx(cosine(one, other), abs=1e-6)


DOCUMENTS: list[Any] = ["bbb", {"text": "ab"}, "aab", "zz"]


@pytest.mark.parametrize("path", ["/v1/rerank", "/rerank"])
def test_documents_come_best_first(served: Served, path: str) -> None:
    body = ask(served, path, model="m", query="aa", documents=DOCUMENTS).json()
    assert [one["index"] for one in body["results"]] == [2, 1, 0, 3]
    assert body["results"][0] == {"index": 2, "relevance_score": near("aa", "aab")}
    assert body["usage"]["total_tokens"] == 4 * 2 + 3 + 2 + 3 + 2
    assert body["model"] == "m" and body["id"].startswith("rerank-")


def test_only_so_many_come_and_with_their_text_where_that_is_wanted(served: Served) -> None:
    body = ask(served, "/v1/rerank", query="aa", documents=DOCUMENTS, top_n=2, return_documents=True).json()
    assert [one["document"] for one in body["results"]] == [{"text": "aab"}, {"text": "ab"}]
    assert len(ask(served, "/v1/rerank", query="a", documents=DOCUMENTS, top_n=9).json()["results"]) == 4


@pytest.mark.parametrize("path", ["/v1/score", "/score"])
@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("a", "ab", [("a", "ab")]),
        ("a", ["ab", "b"], [("a", "ab"), ("a", "b")]),
        (["a"], ["ab", "b"], [("a", "ab"), ("a", "b")]),
        (["a", "b"], ["ab", "bbc"], [("a", "ab"), ("b", "bbc")]),
    ],
)
def test_scores_come_in_the_order_of_the_texts(served: Served, path: str, first: Any, second: Any, pairs: Any) -> None:
    body = ask(served, path, model="m", text_1=first, text_2=second).json()
    assert [one["score"] for one in body["data"]] == [near(*pair) for pair in pairs]
    assert [(one["index"], one["object"]) for one in body["data"]] == [(n, "score") for n in range(len(pairs))]
    assert body["object"] == "list" and body["usage"]["total_tokens"] == sum(len(a) + len(b) for a, b in pairs)


@pytest.mark.parametrize(
    ("path", "body", "param", "said"),
    [
        ("/v1/rerank", {"query": "", "documents": ["a"]}, "query", "is empty"),
        ("/v1/rerank", {"query": "a", "documents": []}, "documents", "is empty"),
        ("/v1/rerank", {"documents": ["a"]}, "query", "field required"),
        ("/v1/rerank", {"query": "a", "documents": ["a", {"image": "x"}]}, "documents", "field required"),
        ("/v1/rerank", {"query": "a", "documents": ["a"] * 10_001}, "documents", "10001 texts are more than 10000"),
        ("/v1/rerank", {"query": "a", "documents": ["a"], "top_n": 0}, "top_n", "greater than or equal to 1"),
        ("/v1/rerank", {"query": "a", "documents": ["a"], "max_tokens_per_doc": 9}, "max_tokens_per_doc", "--truncate"),
        ("/v1/rerank", {"query": "a", "documents": ["a"], "rank_fields": ["t"]}, "rank_fields", "one text"),
        ("/rerank", {"query": "a", "documents": ["a!"]}, "input", "is no letter"),
        ("/v1/score", {"text_1": ["a", "b"], "text_2": ["a", "b", "c"]}, "text_1", "2 texts and text_2 3"),
        ("/v1/score", {"text_1": [], "text_2": []}, "text_2", "is empty"),
        ("/v1/score", {"text_1": "", "text_2": "a"}, "text_1", "is empty"),
        ("/v1/score", {"text_1": "a", "text_2": "a", "truncate_prompt_tokens": 1}, "truncate_prompt_tokens", "--trunc"),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, path: str, body: Any, param: str, said: str) -> None:
    answer = ask(served, path, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].split(".")[0] == param
    assert said in answer.json()["error"]["message"]
