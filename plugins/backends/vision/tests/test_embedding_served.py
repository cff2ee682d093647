"""Vectors over HTTP, of what is shown with a text, through the SDK of OpenAI."""

from __future__ import annotations

import numpy as np
import pytest
from openai import BadRequestError, OpenAI
from tiny_vectors import vectors

from mlxs.requests import ImagePart, TextPart
from mlxs.testing.serving import serving

KINDS = {"sees": "qwen3_vl", "hears": "gemma4"}


@pytest.fixture(scope="module")
def client(model):
    models = {name: {"model_type": "multimodal", "model_path": str(model(kind))} for name, kind in KINDS.items()}
    with (
        serving(models) as served,
        OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client,
    ):
        yield client


@pytest.fixture
def ask(client):
    return lambda model, text, **shown: client.embeddings.create(model=model, input=text, extra_body=shown)


@pytest.fixture
def vector(ask):
    return lambda *asked, **shown: np.array(ask(*asked, **shown).data[0].embedding)


@pytest.fixture
def image(noise, files):
    return files.uri(files.png(noise(1)))


@pytest.mark.parametrize("form", [lambda url: url, lambda url: {"url": url}], ids=["address", "object"])
def test_pictures(ask, open_loop, image, form):
    answer = ask("sees", "what?", image_url=form(image))
    (expected,) = vectors(open_loop(), (TextPart(text="what?"), ImagePart(url=image)))
    assert answer.data[0].embedding == pytest.approx(expected, abs=1e-4)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 12


def test_the_detail_of_a_picture_is_honoured(ask, noise, files):
    large = files.uri(files.png(noise(1, 900, 24)))
    high, low = (ask("sees", "", image_url={"url": large, "detail": detail}) for detail in ("high", "low"))
    assert high.data[0].embedding != low.data[0].embedding


def test_sounds_and_films(vector, files):
    sounds = [{"data": files.wav(pitch), "format": "wav"} for pitch in (300, 2000)]
    film = files.uri(files.film(4), "video/mp4")
    found = [vector("hears", "what?", input_audio=sound) for sound in sounds]
    found += [vector("hears", "what?", video_url=film), vector("hears", "what?")]
    found += [vector("hears", "what?", video_url={"url": film}, input_audio=sounds[0])]
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert min(np.abs(one - other).max() for n, one in enumerate(found) for other in found[:n]) > 1e-3


def test_vectors_are_cut_to_length_and_texts_come_together(client, image):
    ask = client.embeddings.create
    (picture,) = ask(model="sees", input="", extra_body={"image_url": image}, dimensions=8).data
    assert np.linalg.norm(picture.embedding) == pytest.approx(1) and len(picture.embedding) == 8
    assert len(ask(model="sees", input=["a", "b"]).data) == 2


@pytest.mark.parametrize(
    ("name", "shown", "said", "param"),
    [
        ("sees", {"image_url": "data:image/png;base64,AAAA"}, "this is no picture", "input.0.1.image_url"),
        ("sees", {"image_url": "http://127.0.0.1:9/a.png"}, "is a private address.*--allow-private-urls", "input.0.1"),
        ("sees", {"video_url": "http://127.0.0.1:9/a.mp4"}, "is a private address.*--allow-private-urls", "input.0.1"),
        ("sees", {"video_url": "data:video/mp4;base64,AAAA"}, "cannot be read as a film", "input.0.1.video_url"),
        ("sees", {"input_audio": {"data": "AAAA"}}, "takes no sounds, only text and pictures and films", "input.0"),
        ("hears", {"input_audio": {"data": "AAAA"}}, "cannot be read as sound", "input.0.1.input_audio"),
    ],
)
def test_what_cannot_be_shown_is_a_400_and_the_next_request_is_answered(ask, name, shown, said, param):
    with pytest.raises(BadRequestError, match=said) as raised:
        ask(name, "what?", **shown)
    assert raised.value.param == param
    assert ask(name, "a").data
