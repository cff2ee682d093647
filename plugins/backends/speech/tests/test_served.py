"""Real models behind a real server, asked by OpenAI's own client."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import openai
import pytest

from mlxs.testing.serving import serving

TEXT = "This is a sentence that is long enough to stand alone. And this is another, as long as the first."


@pytest.fixture(scope="module")
def served(speaks, writes):
    models = {
        "voice": {"model_type": "speech", "model_path": str(speaks), "temperature": 0, "max_tokens": 12},
        "ear": {"model_type": "speech", "model_path": str(writes), "window": 5},
    }
    with serving(models) as served:
        yield served


@pytest.fixture(scope="module")
def client(served):
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def say(client, text=TEXT, **options):
    return client.audio.speech.create(model="voice", input=text, **{"voice": "default", **options}).read()


@pytest.mark.parametrize("format", ["mp3", "opus", "aac", "flac", "wav"])
def test_every_format(client, sounds, format):
    samples, rate = sounds.played(say(client, response_format=format))
    assert len(samples) / rate > 0.5


def test_every_option_of_openai_s_client(client, served, sounds):
    whole = say(client, response_format="pcm")
    assert len(say(client, response_format="pcm", speed=2)) == pytest.approx(len(whole) / 2, rel=0.1)
    with client.audio.speech.with_streaming_response.create(
        model="voice", input=TEXT, voice="default", response_format="pcm"
    ) as stream:
        parts = list(stream.iter_bytes())
    assert b"".join(parts) == whole and len(parts) > 1
    voices = httpx.get(served.url + "/v1/audio/voices?model=voice").json()["data"]
    assert [voice["id"] for voice in voices] == ["default"]


def test_what_was_said_is_written_down(client, sounds):
    spoken = say(client, response_format="mp3")
    heard = client.audio.transcriptions.create(model="ear", file=("a.mp3", spoken), response_format="verbose_json")
    assert heard.text and heard.segments
    events = list(client.audio.transcriptions.create(model="ear", file=("a.mp3", spoken), stream=True))
    assert events[-1].text == heard.text
    wav = sounds.recorded(sounds.sound(3))
    words = client.audio.transcriptions.create(
        model="ear", file=("a.wav", wav), response_format="verbose_json", timestamp_granularities=["word"]
    ).words
    assert words and all(word.start <= word.end <= 3 for word in words)


def test_requests_at_one_time_get_what_they_get_alone(client):
    texts = [TEXT, TEXT.replace("sentence", "word"), TEXT[60:]]
    alone = [say(client, text, response_format="pcm") for text in texts]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda text: say(client, text, response_format="pcm"), texts)) == alone


def test_bad_input_is_an_error_that_says_what_to_do(client, sounds):
    with pytest.raises(openai.BadRequestError, match="no voice 'alloy'; this model has default"):
        say(client, voice="alloy")
    with pytest.raises(openai.BadRequestError, match="leave instructions out"):
        say(client, instructions="softly")
    with pytest.raises(openai.BadRequestError, match="does not speak"):
        client.audio.speech.create(model="ear", input=TEXT, voice="default")
    with pytest.raises(openai.BadRequestError, match="does not write down"):
        client.audio.transcriptions.create(model="voice", file=("a.wav", sounds.recorded(sounds.sound(1))))
    with pytest.raises(openai.BadRequestError, match="cannot be read as sound"):
        client.audio.transcriptions.create(model="ear", file=("a.wav", b"junk" * 99))


def test_a_client_that_leaves_leaves_no_work_behind(served, client):
    (model, _) = served.app.pool
    with client.audio.speech.with_streaming_response.create(
        model="voice", input=TEXT * 50, voice="default", response_format="pcm"
    ) as stream:
        next(stream.iter_bytes())
    for _ in range(1000):
        if not model.worker.busy:
            break
        threading.Event().wait(0.02)
    assert not model.worker.busy
    assert say(client)
