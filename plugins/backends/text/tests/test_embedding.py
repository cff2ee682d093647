"""Vectors from language models: means of states, the same in company, beside answers that they leave alone."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np
import pytest
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.utils import load

from mlxs.errors import BadRequest
from mlxs.requests import ImagePart
from mlxs.tasks.embedding import EmbeddingRequest, Vector

TEXTS = ("a", "def parse_args(self, args=None):", "usage", "if an option string is not unique, an error is raised " * 3)


def vectors(loop, *inputs: Any, **asked: Any) -> np.ndarray:
    """The vectors of one request, while whatever else is live goes on."""
    answer = loop.backend.embed(loop.backend.prepare(EmbeddingRequest(inputs=inputs, **asked)))
    told: list[Vector] = []
    while len(told) < len(inputs):
        loop.step()
        told += filter(None, [next(answer)])
    return np.array([vector.values for vector in sorted(told, key=lambda vector: vector.index)])


@pytest.mark.parametrize("kind", ["qwen3", "gemma3_text", "lfm2"])
def test_a_vector_is_the_mean_of_the_states_of_the_last_layer(open_loop, model, kind):
    loop = open_loop(kind)
    network, tokenizer = load(str(model(kind)))[:2]
    for text, found in zip(TEXTS, vectors(loop, *TEXTS), strict=True):
        ids = mx.array([tokenizer.encode(text, add_special_tokens=False)])
        expected = np.array(network.model(ids, cache=make_prompt_cache(network))[0].astype(mx.float32)).mean(0)
        assert found == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


@pytest.mark.parametrize("kind", ["qwen3", "gemma3_text", "lfm2"])
def test_long_texts_are_read_piece_by_piece(open_loop, kind):
    whole = vectors(open_loop(kind), *TEXTS)
    pieces = vectors(open_loop(kind, prefill_step_size=16, prompt_concurrency=3), *TEXTS)
    assert np.isfinite(pieces).all()
    assert pieces == pytest.approx(whole, abs=1e-4)


def test_answers_beside_it_are_what_they_are_alone(open_loop):
    loop = open_loop(prefill_step_size=8)
    alone = loop.run("def f(", max_tokens=40, logprobs=True)
    beside = loop.ask("def f(", max_tokens=40, logprobs=True)
    found = vectors(loop, *TEXTS)
    assert beside in loop.live, "the vectors did not wait for the answer"
    (beside,) = loop.finish(beside)
    assert beside.text == alone.text
    assert [piece.logprobs for piece in beside.pieces] == [piece.logprobs for piece in alone.pieces]
    assert found == pytest.approx(vectors(loop, *TEXTS), abs=1e-5)


def test_ids_and_shorter_vectors(loop):
    ids = tuple(loop.backend.encode(TEXTS[1]))
    assert vectors(loop, ids) == pytest.approx(vectors(loop, TEXTS[1]), abs=1e-6)
    whole, short = vectors(loop, TEXTS[1])[0], vectors(loop, TEXTS[1], dimensions=8)[0]
    assert short == pytest.approx(whole[:8] / np.linalg.norm(whole[:8]), abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"inputs": ("",)}, "input.0 has no tokens"),
        ({"inputs": ("a", (512,))}, "token id 512 is out of range; this model has ids 0 to 511"),
        ({"inputs": ("usage " * 1100,)}, "this model's context is 1024; send less"),
        ({"inputs": ("a",), "dimensions": 65}, "dimensions: this model's vectors can have 1 to 64, not 65"),
        ({"inputs": ("a",), "prompt": "query"}, "this model has no prompts"),
        ({"inputs": ((ImagePart(url="data:,"),),)}, "--model-type multimodal"),
    ],
)
def test_what_cannot_be_a_vector_is_refused(loop, asked, said):
    with pytest.raises(BadRequest, match=said):
        vectors(loop, *asked.pop("inputs"), **asked)
