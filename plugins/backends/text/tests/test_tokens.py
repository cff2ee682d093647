"""Text taken apart: the tokens are those that a prompt of that text has."""

from __future__ import annotations

import pytest

from mlxs.errors import BadRequest
from mlxs.requests import CompletionRequest
from mlxs.tasks.tokens import TokensRequest

TEXT = "def naïve(x):\n    return '<|im_start|>' + 'é😀'  # 日本\n"


@pytest.fixture(scope="module")
def backend(open_loop):
    return open_loop().backend


def apart(backend, prompt, **fields):
    (tokens,) = backend.tokens(backend.prepare(TokensRequest(prompt=prompt, **fields)))
    return tokens


def test_a_text_comes_back_whole(backend):
    tokens = apart(backend, TEXT)
    assert tokens.text == TEXT
    assert list(tokens.ids) == backend.encode(TEXT)
    assert len(tokens.spellings) == len(tokens.ids)
    assert "<|im_start|>" in tokens.spellings
    assert apart(backend, tokens.ids) == tokens


def test_a_text_begins_as_a_prompt_does_unless_it_is_not_to(open_loop):
    backend = open_loop().backend
    backend.beginning = backend.encode("<|endoftext|>")
    asked = backend.prepare(CompletionRequest(prompt="def"))
    assert list(apart(backend, "def").ids) == asked.prompt
    assert list(apart(backend, "def", beginning=False).ids) == asked.prompt[1:]


def test_a_conversation_is_the_prompt_that_is_answered(backend, chat):
    request = chat("hi", "Hello", "é", think=True)
    tokens = apart(backend, request)
    assert list(tokens.ids) == backend.prepare(request).prompt
    assert tokens.text.endswith("<|im_start|>assistant\n<think>\n")


def test_what_is_longer_than_the_context_is_counted(open_loop):
    backend = open_loop(context_length=16).backend
    assert len(apart(backend, "x = 1\n" * 40).ids) > 16


def test_nothing_has_no_tokens_and_strangers_are_refused(backend):
    assert apart(backend, "").ids == apart(backend, ()).ids == ()
    with pytest.raises(BadRequest, match="99999 is out of range"):
        apart(backend, (1, 99999))
