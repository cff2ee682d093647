"""Real models behind a real server, asked by OpenAI's own client."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import openai
import pytest

from mlxs.testing.serving import serving

TEXTS = [f"usage of argument number {number} " * (1 + number % 5) for number in range(24)]


@pytest.fixture(scope="module")
def served(model):
    prompts = {"prompts": {"query": "find: "}, "default_prompt_name": None}
    modules = [("Pooling", {"pooling_mode_cls_token": True}), ("Normalize", {})]
    vectors = model("bert", modules=modules, files={"config_sentence_transformers.json": prompts})
    head = model("modernbert", architectures=["ModernBertForSequenceClassification"], id2label={"0": ""})
    models = {
        "vectors": {"model_type": "embeddings", "model_path": str(vectors), "batch_size": 8},
        "ranker": {"model_type": "embeddings", "model_path": str(head)},
    }
    with serving(models) as served:
        yield served


@pytest.fixture(scope="module")
def client(served):
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def asked(client, given, **more):
    return np.array([one.embedding for one in client.embeddings.create(model="vectors", input=given, **more).data])


def test_every_option_of_openai_s_client(client):
    whole = asked(client, TEXTS)
    assert np.linalg.norm(whole, axis=1) == pytest.approx(1, abs=1e-6)
    assert asked(client, TEXTS, encoding_format="float", user="me") == pytest.approx(whole, abs=1e-6)
    short = asked(client, TEXTS[0], dimensions=16)
    assert short[0] == pytest.approx(whole[0, :16] / np.linalg.norm(whole[0, :16]), abs=1e-5)
    prompted = asked(client, "usage", extra_body={"prompt_name": "query"})
    assert prompted == pytest.approx(asked(client, "find: usage"), abs=1e-6)
    assert asked(client, [[2, 9, 9, 3], [2, 8, 3]])[1] == pytest.approx(asked(client, [2, 8, 3])[0], abs=1e-5)
    answer = client.embeddings.create(model="vectors", input=[[2, 9, 9, 3], [2, 8, 3]])
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 7


def test_requests_at_one_time_get_what_they_get_alone(client):
    alone = asked(client, TEXTS)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda n: asked(client, TEXTS[n:] + TEXTS[:n]), range(8)))
    for n, found in enumerate(together):
        assert found == pytest.approx(np.roll(alone, -n, axis=0), abs=1e-5)


def test_documents_are_weighed(served):
    body = {"model": "ranker", "query": "which argument", "documents": TEXTS}
    found = httpx.post(served.url + "/v1/rerank", json={**body, "return_documents": True}, timeout=60).json()
    assert sorted(one["index"] for one in found["results"]) == list(range(len(TEXTS)))
    assert all(one["document"]["text"] == TEXTS[one["index"]] for one in found["results"])
    scores = [one["relevance_score"] for one in found["results"]]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)
    said = {"model": "ranker", "text_1": "which argument", "text_2": TEXTS}
    data = httpx.post(served.url + "/v1/score", json=said, timeout=60).json()["data"]
    by_index = {one["index"]: one["relevance_score"] for one in found["results"]}
    assert {one["index"]: pytest.approx(one["score"]) for one in data} == by_index


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"model": "vectors", "input": ""}, "the input is empty"),
        ({"model": "vectors", "input": "usage " * 500}, "and this model reads 128"),
        ({"model": "vectors", "input": [9, 100_000]}, "token id 100000 is out of range"),
        ({"model": "vectors", "input": "a", "dimensions": 65}, "can have 1 to 64, not 65"),
        ({"model": "vectors", "input": "a", "prompt_name": "passage"}, "it has query"),
        ({"model": "vectors", "input": "a", "image_url": "data:,"}, "--model-type multimodal"),
        ({"model": "ranker", "input": "a"}, "makes no vectors"),
    ],
)
def test_bad_input_is_an_error_that_says_what_to_do(served, body, said):
    answer = httpx.post(served.url + "/v1/embeddings", json=body, timeout=60)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


def test_a_client_that_leaves_leaves_no_work_behind(served, client):
    (model, _) = served.app.pool
    gone = threading.Event()

    def leave():
        with pytest.raises(httpx.TimeoutException):
            httpx.post(
                served.url + "/v1/embeddings",
                json={"model": "vectors", "input": TEXTS * 80},
                timeout=httpx.Timeout(0.3),
            )
        gone.set()

    threading.Thread(target=leave).start()
    assert gone.wait(60)
    for _ in range(1000):
        if not model.worker.busy:
            break
        threading.Event().wait(0.02)
    assert not model.worker.busy
    assert asked(client, "still there").shape == (1, 64)
