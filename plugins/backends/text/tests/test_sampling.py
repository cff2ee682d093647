"""Each sampling field does what it says, for its own request only."""

from __future__ import annotations

from random import Random

import mlx.core as mx
import pytest
from mlx_lm import sample_utils

from mlxs.requests import SamplingParams
from mlxs_decoding.sampling import Draw, sampler

WARM = {"temperature": 1.0, "top_k": 0, "max_tokens": 16}


@pytest.fixture(scope="module")
def loop(open_loop):
    return open_loop(prompt_cache_size=0)


@pytest.fixture(scope="module")
def greedy(loop):
    return loop.run("def").text


def test_a_seed_means_the_same_whatever_shares_the_batch(loop):
    fields = {**WARM, "xtc_probability": 0.5, "xtc_threshold": 0.05, "top_p": 0.95}
    alone = [loop.run("def", seed=seed, **fields).text for seed in range(4)]
    noise = [loop.ask("import", temperature=t, top_k=k, max_tokens=30) for t in (0, 0.5, 2) for k in (0, 5)]
    loop.step()
    together = [loop.ask("def", seed=seed, **fields) for seed in range(4)]
    assert [answer.text for answer in loop.finish(*together)] == alone
    assert len(set(alone)) == 4
    loop.finish(*noise)


def test_a_seed_may_be_any_integer(loop):
    for seed in (0, -5, 2**63, 2**200):
        assert loop.run("def", seed=seed, **WARM).text == loop.run("def", seed=seed, **WARM).text


def test_without_a_seed_each_request_has_its_own_chance(loop):
    answers = loop.finish(*[loop.ask("def", **WARM) for _ in range(6)])
    assert len({answer.text for answer in answers}) == 6


def test_requests_that_ask_for_the_same_are_sampled_together():
    one, same = SamplingParams(temperature=0.7, top_k=20), SamplingParams(temperature=0.7, top_k=20)
    assert sampler(one) is sampler(same)
    assert sampler(SamplingParams(temperature=0)) is sampler(SamplingParams(temperature=0.0, seed=3))
    assert sampler(one) is not sampler(SamplingParams(temperature=0.8, top_k=20))
    assert sampler(SamplingParams(temperature=0.7, seed=1)) is not sampler(SamplingParams(temperature=0.7, seed=1))


@pytest.mark.parametrize("field", [{"top_k": 1}, {"top_p": 0.0}, {"min_p": 1.0}, {"temperature": 1e-30}])
def test_what_leaves_one_token_leaves_the_likeliest(loop, greedy, field):
    assert loop.run("def", **{**WARM, "max_tokens": 12, **field}).text == greedy


@pytest.mark.parametrize("temperature", [1e-300, 1e-6, 1e-4, 50.0, 100.0, 1e300])
def test_no_temperature_is_too_much(loop, temperature):
    for field in ({}, {"top_p": 0.9}, {"top_k": 5}, {"min_p": 0.1}):
        answer = loop.run("def", **{**WARM, "temperature": temperature, "max_tokens": 3, **field})
        assert answer.tokens == 3 or answer.done.reason == "stop"


def test_xtc_takes_away_the_likeliest(loop):
    fields = {**WARM, "xtc_probability": 1.0, "xtc_threshold": 0.02, "logprobs": True, "top_logprobs": 20}
    answer = loop.run("def", **fields)
    for token in (token for piece in answer.pieces for token in piece.logprobs):
        above = [other.logprob for other in token.top if other.logprob > -3.91]
        if len(above) > 1:
            assert token.logprob < above[0]


def test_xtc_spares_the_end_of_an_answer():
    logprobs = mx.log(mx.array([[0.5, 0.3, 0.15, 0.05]]))

    def seen(spared):
        params = SamplingParams(temperature=1.0, xtc_probability=1.0, xtc_threshold=0.1, seed=0)
        draw = sampler(params, spared)
        return {draw(logprobs).item() for _ in range(200)}

    assert seen(()) == {2, 3}
    assert seen((0,)) == {0, 2, 3}


@pytest.mark.parametrize(
    ("field", "size"),
    [
        ("repetition_penalty", "repetition_context_size"),
        ("presence_penalty", "presence_context_size"),
        ("frequency_penalty", "frequency_context_size"),
    ],
)
def test_penalties_keep_a_model_from_saying_the_same_again(loop, field, size):
    (x,) = loop.backend.encode("x")
    bias = {x: 30.0}
    assert loop.run("def", logit_bias=bias).text == "x" * 12
    penalised = loop.run("def", logit_bias=bias, **{field: 60.0, size: 3}).text
    assert penalised[:2] != "xx" and "x" in penalised
    assert loop.run("def", logit_bias=bias, **{field: 60.0, size: 0}).text == "x" * 12


def test_frequency_counts_and_presence_does_not(loop):
    (x,) = loop.backend.encode("x")
    assert loop.run("def", logit_bias={x: 30.0}, presence_penalty=15.0).text == "x" * 12
    assert loop.run("def", logit_bias={x: 30.0}, frequency_penalty=15.0).text != "x" * 12


def test_penalties_see_the_prompt_and_the_neutral_ones_change_nothing(loop, greedy):
    assert loop.run("def", repetition_penalty=1.0, presence_penalty=0.0, frequency_penalty=0.0).text == greedy
    first = loop.run("def", max_tokens=1).text
    again = loop.run("def" + first + " def", max_tokens=1, presence_penalty=50.0, presence_context_size=50).text
    assert again != first


def test_penalties_are_the_request_s_own(loop, greedy):
    penalised = loop.run("def", repetition_penalty=3.0).text
    together = [loop.ask("def"), loop.ask("def", repetition_penalty=3.0), loop.ask("def")]
    assert [answer.text for answer in loop.finish(*together)] == [greedy, penalised, greedy]
    assert penalised != greedy


def test_logit_bias_forces_and_forbids(loop, greedy):
    (x,) = loop.backend.encode("x")
    assert loop.run("def", logit_bias={x: 100.0}).text == "x" * 12
    first = loop.backend.encode(greedy)[0]
    assert not loop.run("def", logit_bias={first: -100.0}).text.startswith(loop.backend.token_text(first)[0])


@pytest.mark.parametrize(
    "fields", [{"top_k": 7}, {"top_p": 0.6}, {"min_p": 0.2}, {"top_k": 9, "top_p": 0.5, "min_p": 0.1}]
)
def test_filters_leave_what_mlx_lm_s_leave(fields):
    logits = 2 * mx.random.normal((1, 64), key=mx.random.key(5))
    logprobs = logits - mx.logsumexp(logits, axis=-1, keepdims=True)
    left = logprobs
    for name in ("top_p", "min_p", "top_k"):  # mlx-lm's order
        if name in fields:
            left = getattr(sample_utils, f"apply_{name}")(left, fields[name])
    expected = {id for id, value in enumerate(left[0].tolist()) if value > -1e30}
    drawn = Draw(1.0, **fields)(mx.broadcast_to(logprobs, (4000, 64)))
    assert set(drawn.tolist()) <= expected
    likely = {id for id in expected if logprobs[0, id].item() > -4.5}
    assert likely <= set(drawn.tolist())


@pytest.mark.parametrize("fields", [{}, {"top_k": 4}, {"top_p": 0.999}])
def test_tokens_come_as_often_as_they_should(fields):
    probabilities = mx.array([0.4, 0.3, 0.2, 0.1])
    rows = mx.broadcast_to(mx.log(probabilities)[None], (20000, 4))
    for temperature in (0.5, 1.0, 2.0):
        drawn = Draw(temperature, random=Random(0), **fields)(rows)
        shares = mx.array([(drawn == id).sum() for id in range(4)]) / 20000
        wanted = probabilities ** (1 / temperature)
        assert mx.allclose(shares, wanted / wanted.sum(), atol=0.015)
