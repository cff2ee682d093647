"""Speech to text, by a model whose tokens have times, and by answers of other shapes."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlxs.errors import BadRequest, TooLarge
from mlxs_speech.heard import segments
from mlxs_speech.windows import windows


def test_a_short_recording_is_what_the_library_says(loop, writes, sounds):
    import mlx.core as mx

    writer = loop(writes)
    samples = sounds.sound(4)
    heard, *said = writer.hear(samples, words=True)
    result = writer.backend._model._checkpoint.network.generate(mx.array(samples.astype(np.float32) / 32768))
    assert heard.duration == 4
    assert "".join(segment.text for segment in said).strip() == result.text
    assert [word.word for segment in said for word in segment.words] != []
    for segment in said:
        assert "".join(word.word for word in segment.words).strip() == segment.text.strip()
        assert segment.start <= segment.words[0].start <= segment.words[-1].end <= segment.end + 1e-6


def test_a_long_one_is_heard_window_by_window(loop, writes, sounds):
    (heard, *said) = loop(writes, window=5).hear(sounds.sound(12))
    assert heard.duration == 12
    starts = [segment.start for segment in said]
    assert starts == sorted(starts) and len(starts) > 2 and starts[0] < 5 < 8 < starts[-1] < 12


def test_silence_is_heard_as_such(loop, writes, sounds):
    assert len(loop(writes).hear(np.zeros(sounds.rate * 3, np.int16))) == 1


@pytest.mark.parametrize(
    ("asked", "param", "said"),
    [
        ({"language": "en"}, "language", "finds out the language by itself; leave language out"),
        ({"prompt": "mlx"}, "prompt", "leave prompt out"),
        ({"temperature": 0.5}, "temperature", "does not sample"),
        ({"translate": True}, "model", "does not translate; serve one that does"),
        ({"logprobs": True}, "include", "probabilities"),
    ],
)
def test_what_the_model_cannot_do_is_refused(loop, writes, sounds, asked, param, said):
    with pytest.raises(BadRequest, match=said) as refused:
        loop(writes).hear(sounds.sound(1), **asked)
    assert refused.value.param == param


def test_a_language_that_the_library_refuses_is_a_bad_request(loop, writes, sounds, monkeypatch):
    writer = loop(writes)
    network = writer.backend._model._checkpoint.network
    listen = type(network).generate

    def generate(self, audio, *, language=None, **arguments):
        if language == "tlh":
            raise ValueError("Unsupported language: tlh")
        return listen(self, audio, **arguments)

    monkeypatch.setattr(type(network), "generate", generate)
    assert len(writer.hear(sounds.sound(2), language="en")) > 1
    with pytest.raises(BadRequest, match=r"language: .*'tlh' \(Unsupported") as refused:
        writer.hear(sounds.sound(2), language="tlh")
    assert refused.value.param == "language"


def test_recordings_that_are_too_long(loop, writes, sounds):
    with pytest.raises(TooLarge, match="longer than 1 seconds"):
        loop(writes, max_duration=1).hear(sounds.sound(1.5))


def test_answers_of_every_shape():
    bare = SimpleNamespace(text="hello", segments=None)
    (one,) = segments(bare, 10, 20)
    assert (one.start, one.end, one.text) == (10, 20, " hello")
    told = {"start": 1.0, "end": 2.0, "text": " hi", "tokens": [5], "avg_logprob": -0.5, "words": []}
    told["words"] = [{"word": " hi", "start": 1.0, "end": 1.5, "probability": 0.25}]
    empty = {"start": 2.0, "end": 3.0, "text": " "}
    (one,) = segments(SimpleNamespace(text="hi", segments=[told, empty]), 10, 20)
    assert (one.start, one.end, one.text, one.tokens, one.avg_logprob, one.seek) == (11, 12, " hi", (5,), -0.5, 1000)
    assert (one.words[0].start, one.words[0].end, one.words[0].probability) == (11, 11.5, 0.25)
    assert list(segments(SimpleNamespace(text=" ", segments=[]), 0, 1)) == []


@given(st.integers(0, 2000), st.integers(5, 30))
def test_windows_are_the_whole_recording(tenths, longest):
    samples = np.random.default_rng(tenths).integers(-9, 9, tenths * 10, np.int16)
    found = list(windows(samples, 100, longest))
    assert found[0][0] == 0 and found[-1][1] == len(samples)
    assert all(end == begin for (_, end), (begin, _) in pairwise(found))
    assert all(0 < end - begin <= longest * 100 or not len(samples) for begin, end in found)


def test_a_window_ends_where_it_is_quiet():
    samples = np.full(1000, 1000, np.int16)
    samples[430:450] = 0
    (first, *_) = windows(samples, 100, 5)
    assert first[0] == 0 and 430 <= first[1] <= 450
