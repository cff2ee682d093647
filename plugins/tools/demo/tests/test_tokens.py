"""The tokenizer gives a value the same tokens wherever it stands, and gives text back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from mlxs_demo import directory

TOKENIZER: Tokenizer = Tokenizer.from_file(str(directory() / "tokenizer.json"))


def ids(text: str) -> list[int]:
    found: list[int] = TOKENIZER.encode(text, add_special_tokens=False).ids
    return found


@given(st.text())
def test_text_comes_back(text: str) -> None:
    assert TOKENIZER.decode(ids(text), skip_special_tokens=False) == text


@pytest.mark.parametrize("value", ["Tokyo", "see", "quantization", "LH441", "lunch with Olivia", "a-b.txt"])
def test_a_value_is_the_same_tokens_everywhere(value: str) -> None:
    alone = ids(value)
    for before, after in [(" ", "?"), ('"', '"'), ("= ", "\n"), (": ", ","), ("(", ")"), ('{"city": "', '"}}')]:
        assert ids(before + value + after) == ids(before) + alone + ids(after)


def test_a_word_that_begins_a_special_token_is_text() -> None:
    assert ids("<|im_end|>") == [2]
    assert len(ids("<|im_end")) > 1
