"""What is heard, against what the library hears where it is whole."""

from __future__ import annotations

from dataclasses import replace

import mlx.core as mx
import mlx_whisper
import numpy as np
import pytest
from mlx_whisper.audio import log_mel_spectrogram

from mlxs.errors import BadRequest, TooLarge
from mlxs_whisper.mel import spectrogram
from mlxs_whisper.times import TimeRules


def run(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


@pytest.mark.parametrize("length", [1, 100, 161, 16_000, 480_000, 500_123])
def test_the_spectrogram_in_pieces_is_that_of_the_whole(sounds, length):
    samples = sounds.sound(32)[:length]
    samples[-3:] = 30_000  # the end is the loudest
    whole = log_mel_spectrogram(samples.astype(np.float32) / 32768, padding=480_000)
    assert np.array(run(spectrogram(samples, 80))) == pytest.approx(np.array(whole[: length // 160]), abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "theirs", "remember"),
    [
        ({}, {}, True),
        ({"language": "en", "words": True}, {"language": "en", "word_timestamps": True}, True),
        (
            {"language": "fr", "translate": True, "prompt": "Hello there"},
            {"language": "fr", "task": "translate", "initial_prompt": "Hello there"},
            False,
        ),
    ],
)
def test_windows_say_what_the_library_says(loop, model, sounds, monkeypatch, asked, theirs, remember):
    monkeypatch.setattr("mlx_whisper.decoding.ApplyTimestampRules", TimeRules)  # its own has times run backwards
    samples = sounds.sound(35)
    backend = loop({"condition_on_previous_text": remember}).backend
    request = replace(backend.prepare(sounds.asked(samples, **asked)), temperatures=(0.0,))
    heard, *segments = filter(None, backend.transcribe(request))
    told = mlx_whisper.transcribe(
        samples.astype(np.float32) / 32768,
        path_or_hf_repo=str(model()),
        temperature=0.0,
        fp16=False,
        condition_on_previous_text=remember,
        **theirs,
    )
    assert heard.duration == 35
    assert mlx_whisper.tokenizer.TO_LANGUAGE_CODE[heard.language] == told["language"]
    wanted = [segment for segment in told["segments"] if segment["text"]]
    for segment in wanted:
        segment["end"] = min(segment["end"], 35)
    assert len(segments) == len(wanted) > 1
    assert "".join(segment.text for segment in segments) == "".join(segment["text"] for segment in wanted)
    for ours, other in zip(segments, wanted, strict=True):
        assert list(ours.tokens) == other["tokens"]
        assert ours.seek == other["seek"]
        for name in ("start", "end", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"):
            assert getattr(ours, name) == pytest.approx(other[name], abs=1e-4), name
        assert [(word.word, word.start, word.end) for word in ours.words] == [
            (word["word"], pytest.approx(word["start"]), pytest.approx(word["end"])) for word in other.get("words", ())
        ]


def test_a_batch_hears_what_each_hears_alone(loop, sounds):
    listener = loop()
    requests = [sounds.asked(sounds.sound(5 + 5 * n, seed=n), language="en") for n in range(3)]
    alone = [listener.run(request)[0] for request in requests]
    assert all(len(said) > 1 for said in alone)
    assert listener.run(*requests) == alone


def test_no_time_is_after_the_end(loop, sounds):
    """The model says that the last stretch lasts as long as a window could."""
    backend = loop().backend
    request = replace(backend.prepare(sounds.asked(sounds.sound(5), language="en")), temperatures=(0.0,))
    _, *segments = filter(None, backend.transcribe(request))
    zero = backend._network.dims.n_vocab - 1501
    assert max(segments[-1].tokens) > zero + 5 * 50
    assert segments[-1].end == 5 and all(segment.start <= segment.end for segment in segments)


def test_segments_come_a_window_at_a_time(loop, sounds):
    """The first before the second window is looked at."""
    windows = []
    listener = loop()
    encode = listener.backend._network.encoder.__call__
    listener.backend._listener._model = _Counted(listener.backend._network, encode, windows)
    answer = listener.begin(sounds.asked(sounds.sound(65), language="en"))
    seen = [len(windows) for said in answer if hasattr(said, "text")]
    assert seen[0] == 1 and seen[-1] == len(windows) > 2


class _Counted:
    def __init__(self, network, encode, windows):
        self._network = network
        self.encoder = lambda mel: (windows.append(1), encode(mel))[1]

    def __getattr__(self, name):
        return getattr(self._network, name)


def test_an_unsure_text_is_tried_again_at_higher_temperatures(loop, sounds):
    mx.random.seed(0)
    (said,) = loop(sure=0.1).run(sounds.asked(sounds.sound(3), language="en"))
    assert said[1:] and all(segment.temperature == 1.0 for segment in said[1:])
    (said,) = loop(sure=0.1).run(sounds.asked(sounds.sound(3), language="en", temperature=0.3))
    assert said[1:] and all(segment.temperature == pytest.approx(0.3) for segment in said[1:])


def test_silence_is_heard_as_such(loop, sounds):
    (said,) = loop().run(sounds.asked(np.zeros(40 * sounds.rate, np.int16), language="en"))
    assert [type(one).__name__ for one in said] == ["Heard"]
    (said,) = loop().run(sounds.asked(sounds.sound(0.005)))  # less than a frame
    assert said[0].duration == 0.005 and len(said) == 1


def test_probabilities_are_those_of_the_text(loop, sounds):
    (said,) = loop().run(sounds.asked(sounds.sound(10), language="en", logprobs=True))
    for segment in said[1:]:
        told = b"".join(bytes(token.bytes) for token in segment.logprobs)
        assert told.decode(errors="replace") == segment.text
        assert all(token.logprob <= 0 for token in segment.logprobs)


def test_a_prompt_may_say_anything(loop, sounds):
    (said,) = loop().run(sounds.asked(sounds.sound(3), language="en", prompt="<|endoftext|> " * 500))
    assert said[0].language == "english"


def test_models_of_english_alone(loop, sounds):
    listener = loop(vocabulary=51864)
    (said,) = listener.run(sounds.asked(sounds.sound(3), translate=True))
    assert said[0].language == "english"
    with pytest.raises(BadRequest, match="does not know the language 'fr'; it knows en"):
        listener.run(sounds.asked(sounds.sound(3), language="fr"))


def test_languages_by_code_and_by_name(loop, sounds):
    listener = loop()
    for named in ("de", "DE", "German"):
        assert listener.run(sounds.asked(sounds.sound(1), language=named))[0][0].language == "german"
    for unknown in ("tlh", "", "en-US", "yue"):
        with pytest.raises(BadRequest, match="does not know the language"):
            listener.run(sounds.asked(sounds.sound(1), language=unknown))
    assert loop(vocabulary=51866).run(sounds.asked(sounds.sound(1), language="yue"))[0][0].language == "cantonese"


def test_recordings_that_are_too_long(loop, sounds):
    with pytest.raises(TooLarge, match="longer than 2 seconds"):
        loop({"max_duration": 2}).run(sounds.asked(sounds.sound(2.1)))
