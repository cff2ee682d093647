"""A budget of thought: the thought is closed, the answer follows, and no other answer is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlxs.errors import BadRequest
from mlxs.grammar import Pattern
from mlxs.requests import ChatRequest, Message, SamplingParams, Thought

THINK = Thought(opening="<think>", closing="</think>")


def thinking(chat, text, most, *, prompted=True, **fields):
    return replace(chat(text, think=prompted, max_tokens=40), thought_tokens=most, thought=THINK, **fields)


def tokens(loop, text):
    return len(loop.backend.encode(text))


@pytest.mark.parametrize("engine", [{}, {"kv_bits": 8, "kv_group_size": 32}])
def test_a_thought_has_its_budget_and_the_answer_follows(open_loop, chat, engine):
    loop = open_loop(**engine)
    free = loop.run(chat("hi", think=True, max_tokens=40, logprobs=True))
    ids = [id for piece in free.pieces for token in piece.logprobs for id in loop.backend.encode(token.token)]
    assert loop.backend.encode("</think>")[0] not in ids[:9]
    for most in (0, 1, 9):
        answer = loop.run(thinking(chat, "hi", most))
        thought, closed, said = answer.text.partition("</think>")
        assert closed and said and answer.tokens == 40
        assert free.text.startswith(thought.rstrip("\N{REPLACEMENT CHARACTER}"))
    assert loop.run(thinking(chat, "hi", 0)).text.startswith("</think>")


def test_a_thought_of_the_model_s_own_has_it_too(loop, chat):
    (opening,) = loop.backend.encode("<think>")
    request = thinking(chat, "hi", 4, prompted=False)
    request = replace(request, sampling=replace(request.sampling, logit_bias={opening: 100.0}))
    assert loop.run(request).text.startswith("<think>" * 5 + "</think>")


def test_a_grammar_goes_on_after_it(loop, chat):
    answer = loop.run(thinking(chat, "hi", 7, constraint=Pattern("(yes|no)!")))
    said = answer.text.partition("</think>")[2]
    assert said.strip() in ("yes!", "no!")
    assert answer.done.reason == "stop"


def test_neighbours_in_the_batch_are_not_touched(loop, chat):
    others = [chat(text, think=True, max_tokens=30) for text in ("a", "def f", "x = 1")]
    budgets = [thinking(chat, "hi", most) for most in (0, 5, 12)]
    alone = [loop.run(request).text for request in (*others, *budgets)]
    together = [answer.text for answer in loop.finish(*[loop.ask(request) for request in (*others, *budgets)])]
    assert together == alone


def test_no_budget_is_asked_for_where_no_thought_can_come(open_loop, model, chat):
    loop = open_loop(draft_model_path=str(model(seed=1)))
    with pytest.raises(BadRequest, match="draft model"):
        loop.ask(thinking(chat, "hi", 3))
    assert loop.run(replace(chat("hi", think=True), thought_tokens=3)).tokens == 12
    over = replace(THINK, opening="<|im_start|>", closing="<think>\n")
    assert loop.run(replace(thinking(chat, "hi", 3), thought=over)).tokens == 40


def test_the_demo_model_answers_after_half_a_thought(demo, open_loop):
    loop = open_loop(model_path=str(demo))
    sampling = SamplingParams(temperature=0.0, max_tokens=200)
    asked = (Message(role="user", content="What is the capital of France?"),)
    request = ChatRequest(messages=asked, sampling=sampling, thought=THINK, template={"enable_thinking": True})
    free = loop.run(request).text.partition("</think>")[0]
    for most in (0, 6):
        answer = loop.run(replace(request, thought_tokens=most))
        thought, closed, said = answer.text.removeprefix("<think>").partition("</think>")
        assert tokens(loop, thought) <= most < tokens(loop, free)
        assert closed and said.strip() and answer.done.reason == "stop"
