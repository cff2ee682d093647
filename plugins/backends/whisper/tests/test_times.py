"""Where times may stand: https://github.com/openai/whisper/blob/main/whisper/decoding.py."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlx_whisper.tokenizer import get_tokenizer

from mlxs_whisper.stretches import Stretch, parted
from mlxs_whisper.times import TimeRules

TOKENS = get_tokenizer(True, language="en", task="transcribe")
ZERO, END, SIZE = TOKENS.timestamp_begin, TOKENS.eot, TOKENS.timestamp_begin + 1501
WORD = 100


def allowed(said, logits=None):
    """Which tokens may come next."""
    given = mx.zeros((1, SIZE)) if logits is None else logits
    filtered = TimeRules(TOKENS, 1, 50).apply(given, mx.array([[0, *said]]))
    return np.isfinite(np.array(filtered[0]))


def words_only():
    """Logits with which a word is likelier than all times."""
    return mx.zeros((1, SIZE)).at[:, :ZERO].add(20)


def test_a_text_begins_with_a_time_within_the_first_second():
    assert np.flatnonzero(allowed([])).tolist() == list(range(ZERO, ZERO + 51))


@pytest.mark.parametrize(
    ("said", "words", "first", "end"),
    [
        ([ZERO + 10], True, None, True),  # a time, then words
        ([ZERO + 10, WORD], True, 11, True),  # words or a later time
        ([ZERO + 10, WORD, ZERO + 90], False, 90, True),  # the next stretch begins there or later
        ([ZERO + 10, WORD, ZERO + 90, ZERO + 95], True, None, True),
        ([ZERO + 10, WORD, ZERO + 90, ZERO + 95, WORD], True, 96, True),
    ],
)
def test_times_come_in_pairs_and_do_not_run_backwards(said, words, first, end):
    may = allowed(said, words_only())
    assert may[WORD] == words
    assert may[END] == end
    assert not may[TOKENS.no_timestamps]
    times = np.flatnonzero(may[ZERO:])
    assert (times[0] if len(times) else None) == first


def test_where_some_time_is_likelier_than_any_word_it_is_a_time():
    may = allowed([ZERO + 10, WORD])
    assert not may[WORD] and may[ZERO + 11]
    assert allowed([ZERO + 10])[WORD]  # unless none may stand here


@given(st.lists(st.one_of(st.integers(0, 200), st.integers(ZERO, ZERO + 1500)), max_size=12))
def test_something_is_always_allowed(said):
    assert allowed(said).any() or said[-1] == ZERO + 1500


@given(st.lists(st.one_of(st.integers(0, 200), st.integers(ZERO, ZERO + 1500)), max_size=12), st.integers(1, 3000))
def test_every_window_goes_further(tokens, frames):
    text = parted(tokens, ZERO, frames)
    assert text.further > 0
    assert [token for stretch in text.stretches for token in stretch.of(tokens)] == tokens[: text.stretches[-1].last]


def test_stretches():
    one, two, three = ZERO + 5, ZERO + 50, ZERO + 100
    cut_off = parted([one, 1, 2, two, two, 3], ZERO, 3000)
    assert cut_off.stretches == [Stretch(0, 4, 0.1, 1.0)] and cut_off.further == 100
    finished = parted([one, 1, two, two, 3, three], ZERO, 3000)
    assert finished.stretches == [Stretch(0, 3, 0.1, 1.0), Stretch(3, 6, 1.0, 2.0)] and finished.further == 3000
    assert parted([one, 1, 2], ZERO, 1000).stretches == [Stretch(0, 3, 0.0, 0.1)]
    assert parted([1, 2], ZERO, 1000).stretches == [Stretch(0, 2, 0.0, 10.0)]
