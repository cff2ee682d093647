"""Speech, from text to file."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest

from mlxs.errors import BadRequest, MlxsError
from mlxs.tasks.speech import SpeechRequest
from mlxs_speech.encoding import FORMATS, Encoder
from mlxs_speech.sentences import sentences

TEXT = "This is a sentence that is long enough to stand alone. And this is another, as long as the first."
TONE = (np.sin(2 * np.pi * 440 * np.arange(32000) / 32000) * 0.5).astype(np.float32)


def pitch(samples, rate):
    """The loudest frequency."""
    return np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples)


@pytest.mark.parametrize("speed", [1.0, 0.25, 0.6, 2.0, 4.0])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_at_every_speed(sounds, format, speed):
    encoder = Encoder(format, 32000, speed)
    parts = [encoder.encode(TONE[at : at + 3000]) for at in range(0, len(TONE), 3000)]
    file = b"".join([*parts, encoder.finish()])
    assert sum(map(bool, parts)) > 1  # it comes as it is made
    if format == "pcm":
        samples, rate = np.frombuffer(file, "<i2") / 32768, 24000
    else:
        samples, rate = sounds.played(file)
    assert rate == encoder.rate >= 24000
    assert len(samples) / rate == pytest.approx(1 / speed, abs=0.1)
    assert pitch(samples, rate) == pytest.approx(440, rel=0.05)
    assert np.sqrt(np.square(samples).mean()) == pytest.approx(0.5 / 2**0.5, abs=0.05)


@pytest.mark.parametrize("format", FORMATS)
def test_sound_that_is_no_number_is_silence(format):
    encoder = Encoder(format, 8000)
    assert encoder.encode(np.full(8000, np.nan, np.float32)) + encoder.finish()


def test_sentences():
    assert sentences("Hi.") == ["Hi."]
    assert sentences("Hi. You. " + TEXT) == ["Hi. You. " + TEXT[:54], TEXT[55:]]
    assert sentences("一。二。") == ["一。 二。"]
    assert sentences("a" * 50 + "\n\nb") == ["a" * 50, "b"]
    assert sentences(" \n ") == []


def test_sentences_are_heard_before_the_last_is_made(loop, speaks):
    speaker = loop(speaks, temperature=0, max_tokens=12)
    asked = []
    network = speaker.backend._model._checkpoint.network
    generate = type(network).generate

    def counted(self, text, **arguments):
        asked.append(text)
        return generate(self, text, **arguments)

    type(network).generate = counted
    try:
        answer = speaker.begin(SpeechRequest(text=TEXT, format="wav"))
        assert next(filter(None, answer)).rate == 32000
        assert asked == [TEXT[:54]]
        answer.close()
        assert speaker.say("Again.", format="wav")  # the one that was left does not stand in the way
        assert asked == [TEXT[:54], "Again."]
    finally:
        type(network).generate = generate


def test_a_batch_says_what_each_says_alone(loop, speaks):
    speaker = loop(speaks, temperature=0, max_tokens=12)
    texts = [TEXT, TEXT.replace("sentence", "word"), TEXT[60:]]
    alone = [speaker.say(text, format="wav") for text in texts]
    together = speaker.run(*(SpeechRequest(text=text, format="wav") for text in texts))
    assert [b"".join(b64decode(one.data) for one in said) for said in together] == alone
    assert len(set(alone)) == 3


def test_voices(loop, speaks):
    speaker = loop(speaks, max_tokens=12)
    assert speaker.info.details["voices"] == ["default"]
    assert speaker.say("Hello.", voice="default", format="pcm")
    with pytest.raises(BadRequest, match="there is no voice 'alloy'; this model has default"):
        speaker.say("Hello.", voice="alloy")
    named = loop(speaks, voices=["tara", "leo"], max_tokens=12)
    assert named.say("Hello.", voice="leo", format="pcm")
    with pytest.raises(BadRequest, match="this model has tara, leo"):
        named.say("Hello.", voice="default")


def test_voices_are_found_in_their_files(loop, speaks, tmp_path):
    for file in speaks.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "voices").mkdir()
    for name in ("b", "a"):
        (tmp_path / "voices" / f"{name}.safetensors").write_bytes(b"")
    assert loop(tmp_path).info.details["voices"] == ["a", "b"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"instructions": "softly"}, "cannot be told how to sound"),
        ({"language": "en"}, "finds out the language"),
        ({"text": " "}, "nothing to speak"),
    ],
)
def test_what_the_model_cannot_do_is_refused(loop, speaks, asked, said):
    with pytest.raises(BadRequest, match=said):
        loop(speaks, max_tokens=12).say(**{"text": "Hello.", **asked})


def test_a_language_that_the_library_refuses_is_a_bad_request(loop, speaks, monkeypatch):
    """Each of its families knows others, and says so in its own way."""
    speaker = loop(speaks, max_tokens=12)
    network = speaker.backend._model._checkpoint.network
    speak = type(network).generate

    def generate(self, text, *, lang_code="en", **arguments):
        if lang_code != "en":
            raise AssertionError(f"knows no {lang_code}")
        yield from speak(self, text, **arguments)

    monkeypatch.setattr(type(network), "generate", generate)
    assert speaker.say(TEXT, language="en", format="pcm")
    with pytest.raises(BadRequest, match=r"language: .*'tlh' \(knows no tlh\)") as refused:
        speaker.say(TEXT, language="tlh")
    assert refused.value.param == "language"
    assert speaker.say(TEXT, format="pcm")  # the one that failed does not stand in the way


def test_what_is_no_model_is_refused(loop, tmp_path):
    with pytest.raises(MlxsError, match=r"has no config\.json"):
        loop(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(MlxsError, match="neither speaks nor writes"):
        loop(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "soprano"}')
    with pytest.raises(MlxsError, match="could not be loaded"):
        loop(tmp_path)
    with pytest.raises(MlxsError, match="could not be loaded"):
        loop(tmp_path, task="transcription")
