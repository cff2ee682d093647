"""Transcriptions and translations, of a parrot that hears words in the letters of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types.audio import (
    Transcription,
    TranscriptionStreamEvent,
    TranscriptionVerbose,
    TranslationVerbose,
)

from mlxs.tasks.transcription import Segment
from mlxs.testing import parrot
from mlxs.testing.serving import Served, serving
from mlxs_openai.transcript import Transcript

TEXT = "good morning to you"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"model_type": "parrot"}, "chat": {}}, extra=[parrot], max_body_size=100_000) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def ask(served: Served, path: str = "transcriptions", text: str = TEXT, **fields: Any) -> httpx.Response:
    files = {"file": ("sound.wav", text.encode())}
    return httpx.post(f"{served.url}/v1/audio/{path}", data={"model": "m", **fields}, files=files, timeout=30)


def hear(client: openai.OpenAI, text: str = TEXT, **options: Any) -> Any:
    return client.audio.transcriptions.create(model="m", file=("a.wav", text.encode()), **options)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_text_as_the_sdk_reads_it(client: openai.OpenAI, served: Served, strict: Callable[..., None]) -> None:
    assert hear(client).text == TEXT
    assert hear(client, response_format="text") == TEXT + "\n"
    body = ask(served).json()
    strict(body, Transcription)
    assert body == {"text": TEXT, "usage": {"type": "duration", "seconds": 4}}
    assert client.audio.translations.create(model="m", file=("a.wav", b"bon jour")).text == "BON JOUR"


def test_everything_about_it(client: openai.OpenAI, served: Served, strict: Callable[..., None]) -> None:
    body = ask(served, response_format="verbose_json", temperature="0.5").json()
    assert body.pop("task") == "transcribe"
    strict(body, TranscriptionVerbose)
    assert (body["language"], body["duration"], body["text"]) == ("french", 4.0, TEXT)
    assert [segment["id"] for segment in body["segments"]] == [0, 1, 2, 3]
    assert body["segments"][1]["text"] == " morning" and body["segments"][1]["temperature"] == 0.5
    assert "words" not in body
    told = hear(client, language="en", response_format="verbose_json", timestamp_granularities=["word"], prompt="so")
    assert told.language == "english" and told.segments is None
    assert [(word.word, word.start, word.end) for word in told.words][:2] == [("so", 0, 0.25), ("good", 1, 1.25)]
    both = hear(client, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert len(both.words) == len(both.segments) == 4
    translated = ask(served, "translations", response_format="verbose_json").json()
    assert translated.pop("task") == "translate" and translated.pop("usage")
    strict(translated, TranslationVerbose)
    assert translated["language"] == "english" and translated["text"] == TEXT.upper()


def test_subtitles(client: openai.OpenAI) -> None:
    assert hear(client, "a <b>&-->", response_format="srt") == (
        "1\n00:00:00,000 --> 00:00:00,500\na\n\n2\n00:00:01,000 --> 00:00:01,500\n<b>&->\n\n"
    )
    assert hear(client, "a <b>&-->", response_format="vtt") == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\na\n\n00:00:01.000 --> 00:00:01.500\n&lt;b&gt;&amp;-&gt;\n\n"
    )
    later = hear(client, "a " * 3700, response_format="vtt")
    assert later.endswith("01:01:39.000 --> 01:01:39.500\na\n\n")


def test_subtitles_are_there_long_enough_to_be_shown() -> None:
    """WebVTT wants each to end after it begins; a model may say that both are at one time."""
    transcript = Transcript(translated=False, granularities=(), logprobs=False)
    assert list(transcript.take(Segment(1.0, 1.0, " a")))
    assert transcript.srt().startswith("1\n00:00:01,000 --> 00:00:01,001\na\n")
    assert transcript.vtt().startswith("WEBVTT\n\n00:00:01.000 --> 00:00:01.001\na\n")


@pytest.mark.parametrize("kind", ["json", "text", "srt", "vtt", "verbose_json"])
def test_silence_is_no_text(client: openai.OpenAI, kind: Any) -> None:
    said = hear(client, "  ", response_format=kind)
    text = said if isinstance(said, str) else said.text
    assert text.strip() in ("", "WEBVTT")


def test_a_stream_has_the_text_as_it_is_heard(client: openai.OpenAI, served: Served, strict: Any) -> None:
    events = list(hear(client, stream=True, include=["logprobs"]))
    assert [event.type for event in events] == ["transcript.text.delta"] * 4 + ["transcript.text.done"]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == TEXT
    assert [len(event.logprobs) for event in events] == [1, 1, 1, 1, 4]
    assert bytes(events[1].logprobs[0].bytes).decode() == events[1].delta == " morning"
    sent = [json.loads(line[6:]) for line in ask(served, stream="true").text.splitlines() if line.startswith("data: ")]
    for event in sent:
        strict(event, TranscriptionStreamEvent)
    assert "logprobs" not in sent[0]


@pytest.mark.parametrize("kind", ["text", "srt", "vtt"])
def test_a_stream_tells_how_far_it_is_and_ends_with_what_was_asked_for(
    client: openai.OpenAI, served: Served, kind: Any
) -> None:
    lines = ask(served, stream="true", progress="true", response_format=kind).text.splitlines()
    events = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    told = [event for event in events if event["type"] == "transcript.progress"]
    seconds, (duration,) = [event["seconds"] for event in told], {event["duration"] for event in told}
    assert seconds == sorted(seconds)
    assert seconds[0] == 0.0 < seconds[-1] <= duration
    assert events[-1]["text"].strip() == hear(client, response_format=kind).strip()


def test_probabilities(client: openai.OpenAI) -> None:
    said = hear(client, include=["logprobs"])
    assert [token.token for token in said.logprobs] == [" good", " morning", " to", " you"]
    assert said.logprobs[0].logprob == -0.5


def test_a_failure_halfway_ends_the_stream(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIError, match="cannot say"):
        list(hear(client, "well well?", stream=True))
    with pytest.raises(openai.InternalServerError, match="cannot say"):
        hear(client, "well well?")


def test_a_deployment_is_the_model(served: Served) -> None:
    azure = openai.AzureOpenAI(base_url=f"{served.url}/openai/deployments/m", api_key="none", api_version="any")
    assert azure.audio.transcriptions.create(model="?", file=("a.wav", b"hi")).text == "hi"


@pytest.mark.parametrize(
    ("fields", "param", "said"),
    [
        ({"language": "tlh"}, "language", "does not know the language 'tlh'"),
        ({"response_format": "yaml"}, "response_format", "'json', 'text'"),
        ({"response_format": "diarized_json"}, "response_format", "not told apart"),
        ({"temperature": "hot"}, "temperature", "valid number"),
        ({"temperature": "1.5"}, "temperature", "less than or equal to 1"),
        ({"temperature": "nan"}, "temperature", "finite number"),
        ({"language": ["en", "fr"]}, "language", "language is there 2 times; send it once"),
        ({"timestamp_granularities[]": "word"}, "timestamp_granularities", "verbose_json"),
        ({"timestamp_granularities": "letter", "response_format": "verbose_json"}, "timestamp_granularities", "'word'"),
        ({"include[]": "logprobs", "response_format": "text"}, "include", "response_format: json"),
        ({"stream": "true", "response_format": "verbose_json"}, "response_format", "a stream is of text"),
        ({"progress": "true"}, "progress", "needs stream"),
        ({"stream": "perhaps"}, "stream", "boolean"),
        ({"chunking_strategy": '{"type": "server_vad"}'}, "chunking_strategy", "send `auto`"),
        ({"keywords[]": "mlx"}, "keywords", "as `prompt`"),
        ({"languages[]": "en"}, "languages", "`language`"),
        ({"known_speaker_names[]": "me"}, "known_speaker_names", "not told apart"),
        ({"text": "hey!"}, "file", "do not shout"),
    ],
)
@pytest.mark.parametrize("path", ["transcriptions", "translations"])
def test_what_cannot_be_done_is_refused(served: Served, path: str, fields: Any, param: str, said: str) -> None:
    answer = ask(served, path, **fields)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"].split(".")[0] == param
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("more", [{}, {"threshold": 0.5, "prefix_padding_ms": 300}])
def test_what_the_sdk_takes_apart_is_put_together(client: openai.OpenAI, more: Any) -> None:
    with pytest.raises(openai.BadRequestError, match="chunking_strategy: this is not supported; send `auto`"):
        hear(client, chunking_strategy={"type": "server_vad", **more})
    assert hear(client, chunking_strategy="auto").text == TEXT


def test_bodies_that_are_no_form(served: Served) -> None:
    url = served.url + "/v1/audio/transcriptions"
    assert httpx.post(url, json={"file": "x"}).status_code == 415
    assert "file: field required" in httpx.post(url, files={"other": b"x"}).text
    as_text = httpx.post(url, data={"file": "x"}, files={"other": b"x"})
    assert as_text.status_code == 400 and "must be a file" in as_text.text
    headers = {"content-type": "multipart/form-data"}
    assert httpx.post(url, content=b"x", headers=headers).status_code == 400
    part = b'--b\r\ncontent-disposition: form-data; name="x"\r\n\r\nx\r\n--b--\r\n'
    no_charset = httpx.post(
        url, content=part, headers={"content-type": "multipart/form-data; boundary=b; charset=punycode"}
    )
    assert no_charset.status_code == 400 and "the form cannot be read" in no_charset.text
    broken = {"content-type": "multipart/form-data; boundary=b"}
    assert httpx.post(url, content=b"--b\r\nbroken", headers=broken).status_code == 400


def test_what_is_too_large_is_a_413(served: Served) -> None:
    def parts() -> Iterator[bytes]:
        yield b'--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(200):
            yield b"x" * 1000
        yield b"\r\n--b--\r\n"

    headers = {"content-type": "multipart/form-data; boundary=b"}
    chunked = httpx.post(served.url + "/v1/audio/transcriptions", content=parts(), headers=headers)
    for answer in (ask(served, text="x" * 200_000), chunked):
        assert answer.status_code == 413
        assert "--max-body-size" in answer.json()["error"]["message"]


def test_a_model_that_hears_nothing_says_so(served: Served) -> None:
    answer = ask(served, model="chat")
    assert answer.status_code == 404
    assert "has no transcription" in answer.json()["error"]["message"]
