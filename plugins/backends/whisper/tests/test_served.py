"""A real model behind a real server, asked by OpenAI's own client."""

from __future__ import annotations

import io
import threading
import wave
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import openai
import pytest

from mlxs.testing.serving import serving


@pytest.fixture(scope="module")
def served(model):
    with serving({"w": {"model_type": "whisper", "model_path": str(model()), "max_duration": 60}}) as served:
        yield served


@pytest.fixture(scope="module")
def client(served):
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


@pytest.fixture(scope="module")
def wav(sounds):
    return sounds.recorded(sounds.sound(8))


def hear(client, file, name="a.wav", **options):
    options = {"language": "en", "temperature": 0.01, **options}
    return client.audio.transcriptions.create(model="w", file=(name, file), **options)


@pytest.mark.parametrize("kind", ["wav", "mp3", "ipod", "flac", "ogg", "webm"])
def test_every_kind_of_file(client, sounds, kind):
    said = hear(client, sounds.recorded(sounds.sound(4), kind), response_format="verbose_json")
    assert said.duration == pytest.approx(4, abs=0.1)
    assert said.segments


def test_other_rates_and_channels(client):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, 44100, 0, "NONE", ""))
        writer.writeframes(np.zeros((44100, 2), "<i2").tobytes())
    said = hear(client, file.getvalue(), response_format="verbose_json")
    assert said.duration == pytest.approx(1, abs=0.01) and said.text == ""


def test_every_option_of_openai_s_client(client, wav):
    text = hear(client, wav).text
    assert text
    assert hear(client, wav, response_format="text") == text + "\n"
    assert hear(client, wav, response_format="srt").startswith("1\n00:00:0")
    assert hear(client, wav, response_format="vtt").startswith("WEBVTT\n\n00:00:0")
    told = hear(client, wav, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert told.language == "english" and told.duration == 8 and told.segments[0].tokens
    assert [word.word for word in told.words] and all(word.start <= word.end for word in told.words)
    logprobs = hear(client, wav, include=["logprobs"]).logprobs
    assert b"".join(bytes(map(int, token.bytes)) for token in logprobs).decode(errors="replace").strip() == text.strip()
    assert hear(client, wav, prompt="Robots, tones").text != text
    assert client.audio.transcriptions.create(model="w", file=("a.wav", wav), response_format="verbose_json").language
    events = list(hear(client, wav, stream=True))
    assert events[-1].type == "transcript.text.done" and events[-1].text == text
    assert "".join(event.delta for event in events[:-1]) == text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_translations(client, wav):
    said = client.audio.translations.create(
        model="w", file=("a.wav", wav), response_format="verbose_json", temperature=0.01, prompt="so"
    )
    assert said.language == "english" and said.segments
    assert client.audio.translations.create(model="w", file=("a.wav", wav), response_format="vtt").startswith("WEBVTT")


def test_requests_at_one_time_get_what_they_get_alone(client, sounds):
    files = [sounds.recorded(sounds.sound(4 + 2 * n, seed=n)) for n in range(4)]
    alone = [hear(client, file, temperature=0).text for file in files]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda file: hear(client, file, temperature=0).text, files)) == alone


def empty(rate=16000, samples=0):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", ""))
        writer.writeframes(bytes(2 * samples))
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        (b"", 400, "the sound file is empty"),
        (b"junk" * 1000, 400, "cannot be read as sound"),
        (b"\xff\xfb\x90" + b"\0" * 40, 400, "sound"),
        (b"#EXTM3U\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", 400, "cannot be read as sound"),
        (b"ffconcat version 1.0\nfile '/etc/hostname'\n", 400, "cannot be read as sound"),
        ("no samples", 400, "length of nought"),
        ("cut in its head", 400, "cannot be read as sound"),
        ("a picture", 400, "sound"),
        ("a billion samples a second", 400, "1000000000 samples a second"),
        ("a sample a second", 400, "1 samples a second"),
        ("too long", 413, "longer than 60 seconds"),
    ],
)
def test_bad_sound_is_an_error_that_says_what_to_do(served, client, sounds, wav, file, status, said):
    made = {
        "no samples": empty,
        "cut in its head": lambda: sounds.recorded(sounds.sound(1), "ipod")[:400],
        "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "a billion samples a second": lambda: empty(10**9, 400),
        "a sample a second": lambda: empty(1, 400),
        "too long": lambda: sounds.recorded(np.zeros(61 * sounds.rate, np.int16), "flac"),
    }
    files = {"file": ("a.wav", made[file]() if isinstance(file, str) else file)}
    answer = httpx.post(served.url + "/v1/audio/transcriptions", files=files, timeout=60)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["error"]["message"] and answer.json()["error"]["param"] == "file"


def test_damage_in_the_middle_is_left_out(client, sounds):
    file = bytearray(sounds.recorded(sounds.sound(6), "mp3"))
    file[10_000:10_400] = bytes(400)
    said = hear(client, bytes(file), response_format="verbose_json")
    assert 5 < said.duration < 6.2 and said.text
    cut = hear(client, bytes(file[:9_000]), response_format="verbose_json")
    assert 0 < cut.duration < 3


def test_an_unknown_language_is_refused(client, wav):
    with pytest.raises(openai.BadRequestError, match="does not know the language 'tlh'; it knows af, am"):
        hear(client, wav, language="tlh")


def test_a_client_that_leaves_leaves_no_work_behind(served, client, sounds, wav):
    (model,) = served.app.pool
    with hear(client, sounds.recorded(sounds.sound(59), "flac"), stream=True) as stream:
        next(iter(stream))
    for _ in range(1000):
        if not model.worker.busy:
            break
        threading.Event().wait(0.02)
    assert not model.worker.busy
    assert hear(client, wav).text
