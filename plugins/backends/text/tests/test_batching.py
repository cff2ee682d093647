"""Answers that share a batch are the answers they would be alone."""

from __future__ import annotations

import pytest

from mlxs.requests import CompletionRequest, SamplingParams

KINDS = ["qwen3", "gemma3_text", "lfm2"]
TEXTS = [f"def {name}(self, {'x, ' * n}y):\n    return" for n, name in enumerate("abcdefgh")]
LONG = tuple(range(500))


@pytest.mark.parametrize("kind", KINDS)
def test_eight_together_are_eight_alone(open_loop, kind):
    loop = open_loop(kind, prompt_cache_size=0, prefill_step_size=16)
    alone = [loop.run(text, max_tokens=24).text for text in TEXTS]
    together = loop.finish(*[loop.ask(text, max_tokens=24) for text in TEXTS])
    assert [answer.text for answer in together] == alone
    assert len(set(alone)) == len(alone)
    assert all(answer.tokens == 24 and answer.done.reason == "length" for answer in together)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_join_and_leave_while_others_go_on(open_loop, kind):
    loop = open_loop(kind, prompt_cache_size=0, prefill_step_size=16)
    alone = [loop.run(text, max_tokens=20).text for text in TEXTS]
    kept = []
    for text in TEXTS:
        kept.append(loop.ask(text, max_tokens=20))
        doomed = loop.ask(text + " None", max_tokens=20)
        for _ in range(5):
            loop.step()
        loop.cancel(doomed)
    assert [answer.text for answer in loop.finish(*kept)] == alone


def test_more_requests_than_fit_wait_for_their_turn(open_loop):
    loop = open_loop(decode_concurrency=2, prompt_concurrency=8)
    alone = [loop.run(text).text for text in TEXTS]
    answers = [loop.ask(text) for text in TEXTS]
    for _ in range(10):
        loop.step()
        assert sum(answer.done is None and bool(answer.pieces) for answer in answers) <= 2
    assert [answer.text for answer in loop.finish(*answers)] == alone


def test_a_long_prompt_is_read_between_the_tokens_of_others(open_loop):
    loop = open_loop(prefill_step_size=16)
    short = loop.ask("x", max_tokens=200)
    while not short.pieces:
        loop.step()
    late = loop.ask(LONG)
    steps, before = 0, short.tokens
    while not late.pieces:
        loop.step()
        steps += 1
    assert steps > late.prompted.tokens / 16
    assert short.tokens - before == steps


@pytest.mark.parametrize("steps", [0, 1, 20, 40])
def test_a_request_that_is_cancelled_costs_no_further_step(open_loop, steps):
    """Queued, while its prompt is read (500 tokens, 16 a step), or while it is answered."""
    loop = open_loop(prefill_step_size=16, prompt_cache_size=0)
    engine = loop.backend._engine
    request = CompletionRequest(prompt=LONG, sampling=SamplingParams(temperature=0, max_tokens=99))
    id = engine.insert(loop.backend.prepare(request))
    said = [token for _ in range(steps) for token in engine.step()]
    assert bool(said) is (steps == 40)
    engine.remove(id)
    assert engine._batch.next() == ([], [])
    assert engine._batch.prompt_cache_nbytes == 0
    assert loop.run(TEXTS[0]).text == open_loop().run(TEXTS[0]).text


def test_a_step_that_fails_fails_its_answers_and_no_later_ones(open_loop, monkeypatch):
    loop = open_loop()
    right = loop.run(TEXTS[0]).text
    doomed = loop.ask(TEXTS[1])
    loop.step()

    def fail(*_, **__):
        raise RuntimeError("out of luck")

    with monkeypatch.context() as patch:
        patch.setattr(type(loop.backend._engine._model), "__call__", fail)
        with pytest.raises(RuntimeError, match="out of luck"):
            loop.step()
    loop.cancel(doomed)
    assert loop.run(TEXTS[0]).text == right
