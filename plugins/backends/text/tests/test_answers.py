"""Where an answer begins and ends, and what is said of its tokens."""

from __future__ import annotations

import math

import mlx.core as mx
import pytest

from mlxs.errors import BadRequest
from mlxs.requests import ChatRequest, CompletionRequest, Message
from mlxs_decoding.sampling import report
from mlxs_text.backend import LanguageModel
from mlxs_text.options import TextOptions


@pytest.fixture(scope="module")
def loop(open_loop):
    return open_loop()


def ids(loop, text):
    return loop.backend.encode(text)


def test_the_end_token_ends_an_answer_and_is_no_part_of_it(loop):
    (end,) = ids(loop, "<|im_end|>")
    answer = loop.run("def", logit_bias={end: 100.0}, logprobs=True)
    assert (answer.text, answer.tokens, answer.done.reason) == ("", 0, "stop")
    assert answer.pieces[0].logprobs == ()


def test_special_tokens_are_text(loop):
    (start,) = ids(loop, "<|im_start|>")
    answer = loop.run("def", logit_bias={start: 100.0}, max_tokens=3)
    assert answer.text == "<|im_start|>" * 3


def test_max_tokens_is_the_length_of_the_answer(loop):
    for length in (1, 2, 7):
        answer = loop.run("def", max_tokens=length)
        assert (answer.tokens, answer.done.reason) == (length, "length")


def test_an_answer_ends_where_the_context_does(open_loop):
    loop = open_loop(context_length=40)
    answer = loop.run("x = 1", max_tokens=10**9)
    assert answer.prompted.tokens + answer.tokens == 40
    with pytest.raises(BadRequest, match="context is 40") as caught:
        loop.ask("x = 1\n" * 40)
    assert caught.value.code == "context_length_exceeded"


def test_a_stop_string_ends_an_answer_wherever_tokens_part(loop):
    whole = loop.run("class A:", max_tokens=30).text
    for at, length in ((3, 1), (5, 4), (9, 9)):
        stop = whole[at : at + length]
        answer = loop.run("class A:", max_tokens=30, stop=("never said", stop))
        assert answer.text == whole[: whole.index(stop)]
        assert (answer.done.reason, answer.done.stop) == ("stop", stop)


def test_a_stopped_answer_leaves_the_batch_at_once(loop):
    whole = loop.run("class A:", max_tokens=30).text
    other = loop.ask("def f", max_tokens=40)
    stopped = loop.ask("class A:", max_tokens=30, stop=(whole[4:6],))
    loop.finish(stopped)
    assert list(loop.backend._engine._jobs) != [] and len(loop.backend._engine._jobs) == 1
    assert loop.finish(other)[0].tokens == 40


def test_logprobs_are_those_of_a_distribution(loop):
    answer = loop.run("def", logprobs=True, top_logprobs=5)
    said = [token for piece in answer.pieces for token in piece.logprobs]
    assert len(said) == answer.tokens == 12
    assert "".join(token.token for token in said) == answer.text
    for token in said:
        probabilities = [math.exp(other.logprob) for other in token.top]
        assert len(probabilities) == 5 and probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) <= 1 + 1e-5
        assert token.top[0].logprob == token.logprob  # greedy
        assert bytes(token.bytes).decode(errors="replace") == token.token


def test_all_logprobs_add_up_to_one(loop):
    logits = mx.random.normal((3, 512), key=mx.random.key(1)).astype(mx.bfloat16)
    for logprob, top in report(logits, [1, 2, 3], 512):
        assert sum(math.exp(other) for _, other in top) == pytest.approx(1, abs=1e-4)
        assert len(dict(top)) == 512 and logprob in dict(top).values()


def test_only_the_requests_that_ask_get_logprobs(loop):
    asked = [loop.ask("def", logprobs=n > 0, top_logprobs=max(0, n - 1)) for n in range(4)]
    tops = [[len(t.top) for piece in a.pieces for t in piece.logprobs] for a in loop.finish(*asked)]
    assert tops == [[], [0] * 12, [1] * 12, [2] * 12]


def test_what_is_impossible_has_a_finite_logprob(loop):
    (x,) = ids(loop, "x")
    answer = loop.run("def", logit_bias={x: -1e9}, logprobs=True, top_logprobs=20, max_tokens=2)
    assert all(other.logprob >= -9999 for piece in answer.pieces for t in piece.logprobs for other in t.top)


def test_a_prompt_may_be_token_ids(loop):
    assert loop.run(tuple(ids(loop, "def f"))).text == loop.run("def f").text


@pytest.mark.parametrize("wrong", [-1, 512, 10**9])
def test_ids_out_of_range_are_refused(loop, wrong):
    with pytest.raises(BadRequest, match=f"{wrong} is out of range") as caught:
        loop.ask("def", logit_bias={wrong: 1.0})
    assert caught.value.param == "logit_bias"
    with pytest.raises(BadRequest, match=f"{wrong} is out of range") as caught:
        loop.ask((1, wrong))
    assert caught.value.param == "prompt"
    assert loop.run("def").tokens == 12


def test_a_plain_text_begins_once_as_the_tokenizer_wants(open_loop):
    backend = open_loop().backend
    backend.beginning = backend.encode("<|endoftext|>")
    tokens = backend.encode("<|endoftext|>def")
    for prompt in ("def", "<|endoftext|>def"):
        assert backend.prepare(CompletionRequest(prompt=prompt)).prompt == tokens
    assert backend.prepare(CompletionRequest(prompt=(5, 6))).prompt == [5, 6]


def test_an_empty_prompt_is_refused(loop):
    with pytest.raises(BadRequest, match="empty"):
        loop.ask("")


def test_the_template_s_own_words_open_the_answer(loop, chat):
    assert loop.run(chat("hi")).prompted.generation_prompt == "<|im_start|>assistant\n"
    assert loop.run(chat("hi", think=True)).prompted.generation_prompt == "<|im_start|>assistant\n<think>\n"


def test_what_the_template_refuses_is_refused(loop, chat):
    with pytest.raises(BadRequest, match="no wizards"):
        loop.ask(ChatRequest(messages=(Message(role="wizard", content="hi"),)))


def test_a_template_has_no_say_in_how_it_is_rendered(loop):
    for name in ("chat_template", "tokenize", "return_tensors"):
        request = ChatRequest(messages=(Message(role="user", content="hi"),), template={name: "{{ 1 }}"})
        with pytest.raises(BadRequest, match=name):
            loop.ask(request)


def test_ten_megabytes_are_refused_without_reading_them_all(demo, chat):
    backend = LanguageModel(TextOptions(model_path=str(demo)))
    backend.load(lambda *_: None)
    read, encode = [], backend.encode
    backend.encode = lambda text: read.append(len(text)) or encode(text)
    with pytest.raises(BadRequest, match="context is 2048") as caught:
        backend.prepare(chat("word " * 2_000_000))
    assert caught.value.code == "context_length_exceeded"
    assert sum(read) < 200_000
