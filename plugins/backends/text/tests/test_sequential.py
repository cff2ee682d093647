"""A quantised KV cache or a draft model: answers are decoded one by one, and otherwise all is the same."""

from __future__ import annotations

import shutil

import pytest

from mlxs.errors import MlxsError

TEXTS = ["def f(x):", "import os\n", "class A:\n    pass\n"]
QUANTISED = {"kv_bits": 8, "kv_group_size": 32}


@pytest.fixture(scope="module")
def draft(model):
    return {"draft_model_path": str(model("qwen3", seed=7, num_hidden_layers=1)), "num_draft_tokens": 3}


def test_a_draft_model_changes_no_greedy_answer(open_loop, model, draft):
    batched = open_loop()
    for options in (draft, {"draft_model_path": str(model())}):  # often wrong, never wrong
        loop = open_loop(**options, prefill_step_size=4)
        assert loop.info.details["engine"] == "sequential"
        for text in TEXTS:
            for length in (1, 2, 3, 4, 30):
                answer, wanted = loop.run(text, max_tokens=length), batched.run(text, max_tokens=length)
                assert (answer.text, answer.tokens, answer.done) == (wanted.text, wanted.tokens, wanted.done)


def test_a_draft_model_knows_penalties_bias_and_stops(open_loop, draft):
    batched, loop = open_loop(), open_loop(**draft)
    for fields in (
        {"repetition_penalty": 2.0, "repetition_context_size": 30},
        {"frequency_penalty": 9.0, "presence_penalty": 3.0},
        {"logit_bias": {5: 50.0}},
        {"stop": (batched.run(TEXTS[0], max_tokens=30).text[8:10],)},
        {"logprobs": True, "top_logprobs": 3},
    ):
        wanted, answer = batched.run(TEXTS[0], max_tokens=30, **fields), loop.run(TEXTS[0], max_tokens=30, **fields)
        assert (answer.text, answer.done) == (wanted.text, wanted.done)
        assert [len(piece.logprobs) for piece in answer.pieces] == [len(piece.logprobs) for piece in wanted.pieces]


def test_a_seed_means_the_same_beside_others(open_loop, draft):
    for options in (draft, QUANTISED):
        loop = open_loop(**options)
        fields = {"temperature": 1.0, "max_tokens": 20}
        alone = [loop.run(text, seed=3, **fields).text for text in TEXTS]
        assert [a.text for a in loop.finish(*[loop.ask(text, seed=3, **fields) for text in TEXTS])] == alone
        assert loop.run(TEXTS[0], seed=4, **fields).text != alone[0]


def test_a_seed_means_the_same_in_either_engine(open_loop):
    batched, loop = open_loop(), open_loop(**QUANTISED, quantized_kv_start=10**6)
    for text in TEXTS:
        assert loop.run(text, temperature=1.0, seed=5).text == batched.run(text, temperature=1.0, seed=5).text


def test_a_quantised_cache_is_smaller_and_close(open_loop):
    batched, loop = open_loop(), open_loop(**QUANTISED)
    assert loop.info.details["engine"] == "sequential"
    text = "import os\n" * 30
    exact, close = (way.run(text, max_tokens=1, logprobs=True, top_logprobs=1) for way in (batched, loop))
    assert close.pieces[0].logprobs[0].logprob == pytest.approx(exact.pieces[0].logprobs[0].logprob, abs=0.1)
    sizes = [sum(entry.nbytes for entry in way.backend._engine._prompts._entries) for way in (batched, loop)]
    assert sizes[1] < sizes[0] / 2


def test_the_cache_stays_exact_up_to_where_quantising_starts(open_loop):
    batched, loop = open_loop(), open_loop(**QUANTISED, quantized_kv_start=10**6)
    for text in TEXTS:
        assert loop.run(text, max_tokens=30).text == batched.run(text, max_tokens=30).text


def test_answers_take_turns_and_prompts_are_read_in_parts(open_loop, draft):
    for options in (draft, QUANTISED):
        loop = open_loop(**options, prefill_step_size=16)
        short = loop.ask("x", max_tokens=200)
        while not short.pieces:
            loop.step()
        late, before, steps = loop.ask(tuple(range(500))), short.tokens, 0
        while not late.pieces:
            loop.step()
            steps += 1
        assert steps > 500 / 16
        assert short.tokens - before == steps


def test_a_second_turn_with_a_draft_model_reads_only_what_is_new(open_loop, draft):
    loop, without = open_loop(**draft), open_loop(prompt_cache_size=0)
    prompt = tuple(loop.backend.encode("def f(x):\n    return x\n" * 3))
    for stopped in ({}, {"stop": (without.run(prompt, max_tokens=30).text[10:12],)}):
        first = loop.run(prompt, max_tokens=30, **stopped)
        second = loop.run((*prompt, 1, 2, 3), max_tokens=30)
        assert second.cached >= len(prompt)
        assert second.text == without.run((*prompt, 1, 2, 3), max_tokens=30).text
        assert first.tokens


def test_a_draft_model_and_a_quantised_cache_go_together(open_loop, draft):
    alone, loop = open_loop(**QUANTISED), open_loop(**draft, **QUANTISED)
    (end,) = loop.backend.encode("<|im_end|>")
    for text in TEXTS:
        assert loop.run(text, max_tokens=1).text == alone.run(text, max_tokens=1).text
        assert loop.run(text, max_tokens=30, logit_bias={end: -100.0}).tokens == 30


def test_a_draft_model_with_other_words_is_refused(open_loop, model, tmp_path):
    other = shutil.copytree(model(), tmp_path / "other")
    tokens = other / "tokenizer.json"
    tokens.write_text(tokens.read_text().replace("<think>", "<thunk>"))
    with pytest.raises(MlxsError, match="--draft-model-path.*vocabulary"):
        open_loop(draft_model_path=str(other))


@pytest.mark.parametrize("kind", ["gemma3_text", "lfm2"])
def test_a_model_that_cannot_take_back_a_guess_is_refused_a_draft(open_loop, model, kind):
    with pytest.raises(MlxsError, match="--draft-model-path: the model cannot take back"):
        open_loop(kind, draft_model_path=str(model(kind)))


def test_a_cache_that_cannot_be_quantised_so_is_refused(open_loop):
    with pytest.raises(MlxsError, match="--kv-bits 4 with --kv-group-size 64: .*group size 64"):
        open_loop(kv_bits=4)  # heads of 32
    with pytest.raises(MlxsError, match="--kv-bits"):
        open_loop("gemma3_text", **QUANTISED)


def test_a_cache_of_which_a_part_can_be_quantised_is_quantised(open_loop, chat):
    loop = open_loop("lfm2", **QUANTISED)
    first = loop.run(chat("hello " * 20, think=True))
    assert first.tokens == 12
    assert loop.run(chat("hello " * 20, "hi", "you", think=True)).cached > 30
