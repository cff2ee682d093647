"""Speech, of a parrot whose sound is the letters of what it says."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from mlxs.testing import parrot
from mlxs.testing.serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"model_type": "parrot"}, "chat": {}}, extra=[parrot]) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def ask(served: Served, **body: Any) -> httpx.Response:
    return httpx.post(served.url + "/v1/audio/speech", json={"model": "m", "input": "hi you", **body}, timeout=30)


def test_every_option_of_openai_s_client(client: openai.OpenAI) -> None:
    said = client.audio.speech.create(model="m", input="hi you", voice="grey")
    assert said.read().decode() == "hi grey 1.0 None mp3\nyou grey 1.0 None mp3\n"
    assert said.response.headers["content-type"] == "audio/mpeg"
    more: Any = {"voice": {"id": "green"}, "instructions": "softly", "speed": 0.5, "response_format": "opus"}
    said = client.audio.speech.create(model="m", input="hi", **more)
    assert said.read().decode() == "hi green 0.5 softly opus\n"
    assert said.response.headers["content-type"] == "audio/ogg"
    with client.audio.speech.with_streaming_response.create(model="m", input="hi you", voice="grey") as stream:
        assert b"".join(stream.iter_bytes()).count(b"\n") == 2


def test_null_is_nothing_said(served: Served) -> None:
    nothing = dict.fromkeys(("voice", "instructions", "speed", "response_format", "stream_format", "language"))
    assert ask(served, **nothing).content == ask(served).content


def test_a_stream_of_events(served: Served) -> None:
    lines = ask(served, stream_format="sse", response_format="wav").text.splitlines()
    events = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert [event["type"] for event in events] == ["speech.audio.delta", "speech.audio.delta", "speech.audio.done"]
    assert b64decode(events[0]["audio"]) == b"hi None 1.0 None wav\n"
    failed = ask(served, input="well well?", stream_format="sse").text.splitlines()
    assert (
        "it cannot say"
        in json.loads([line for line in failed if line.startswith("data: ")][-1][6:])["error"]["message"]
    )


def test_a_file_that_fails_halfway_is_cut_off(served: Served) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(served, input="well well?")


def test_voices(served: Served) -> None:
    voices = [{"id": name, "object": "voice", "name": name, "model": "m"} for name in ("green", "grey")]
    for query in ("", "?model=m"):
        assert httpx.get(f"{served.url}/v1/audio/voices{query}").json() == {"object": "list", "data": voices}
    refused = httpx.get(f"{served.url}/v1/audio/voices?model=chat")
    assert refused.status_code == 404 and "has no speech" in refused.text


def test_a_deployment_is_the_model(served: Served) -> None:
    azure = openai.AzureOpenAI(base_url=f"{served.url}/openai/deployments/m", api_key="none", api_version="any")
    assert azure.audio.speech.create(model="?", input="hi", voice="grey").read().startswith(b"hi grey")


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({"input": ""}, "input", "is empty"),
        ({"input": " \n"}, "input", "is empty"),
        ({"input": None}, "input", "string"),
        ({"input": "hey!"}, "input", "do not shout"),
        ({"voice": "alloy"}, "voice", "there is no voice 'alloy'; voices: green, grey"),
        ({"voice": {}}, "voice", "field required"),
        ({"speed": 5}, "speed", "less than or equal to 4"),
        ({"speed": 0}, "speed", "greater than or equal to 0.25"),
        ({"response_format": "midi"}, "response_format", "'mp3', 'opus'"),
        ({"stream_format": "rtp"}, "stream_format", "'audio' or 'sse'"),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, body: dict[str, Any], param: str, said: str) -> None:
    answer = ask(served, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"].split(".")[0] == param
    assert said in answer.json()["error"]["message"]


def test_a_model_that_does_not_speak_says_so(served: Served) -> None:
    answer = ask(served, model="chat")
    assert answer.status_code == 404 and "has no speech" in answer.text
