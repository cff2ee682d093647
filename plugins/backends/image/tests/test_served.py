"""A real model behind a real server, asked by OpenAI's own client with every option."""

from __future__ import annotations

import io
import threading
from base64 import b64decode
from typing import Any

import httpx
import numpy as np
import openai
import pytest
import tiny
from drawings import claimed, file, hole, noise, pixels, written
from PIL import Image

from mlxs.testing.serving import serving

SIZE = {"size": "32x32"}
QUICK = {"steps": 2, "seed": 7}


@pytest.fixture(scope="module")
def served(klein):
    models = {
        "draws": {"model_type": "tiny-generation", "model_path": str(klein), "config_name": "flux2-klein-4b"},
        "edits": {"model_type": "tiny-edit", "model_path": str(klein), "config_name": "flux2-klein-edit-4b"},
    }
    with serving(models, extra=[tiny]) as served:
        yield served


@pytest.fixture(scope="module")
def client(served):
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def drawn(client, **more: Any) -> Any:
    extra = {**QUICK, **more.pop("extra", {})}
    return client.images.generate(model="draws", prompt="a red cat", extra_body=extra, **{**SIZE, **more})


def edited(client, *images: Image.Image, model: str = "edits", extra: Any = None, **more: Any) -> Any:
    files = [("a.png", written(image)) for image in images]
    body = {"steps": "2", "seed": "7", **(extra or {})}
    return client.images.edit(model=model, prompt="make it red", image=files, extra_body=body, **{**SIZE, **more})


def test_every_option_of_openai_s_client(client):
    answer = drawn(client, n=2, quality="medium", user="me", background="opaque", moderation="auto")
    first, second = answer.data
    assert answer.size == "32x32" and answer.usage.output_tokens == 2 * 4
    assert answer.usage.input_tokens_details.text_tokens == answer.usage.input_tokens > 0
    assert pixels(first.b64_json).shape == (32, 32, 3)
    assert (pixels(first.b64_json) != pixels(second.b64_json)).any()
    again = drawn(client, extra={"seed": 8}).data[0]
    assert (second.seed, again.b64_json) == (8, second.b64_json)
    other = drawn(client, extra={"steps": 3}).data[0]
    assert (pixels(other.b64_json) != pixels(first.b64_json)).any()


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_files_are_of_the_format_that_is_wanted(client, kind):
    small = drawn(client, output_format=kind, output_compression=5).data[0]
    answer = drawn(client, output_format=kind, response_format="url")
    large = httpx.get(answer.data[0].url).content
    assert Image.open(io.BytesIO(large)).format == kind.upper() == answer.output_format.upper()
    assert len(b64decode(small.b64_json)) < len(large)


def test_unfinished_pictures_and_progress_are_streamed(client):
    extra = {"progress": True, "steps": 4}
    events = list(drawn(client, stream=True, partial_images=2, extra=extra))
    said = [event.type.rpartition(".")[2] for event in events]
    assert said == [*["progress", "progress", "partial_image"] * 2, "progress", "completed"]
    partial = [event for event in events if event.type.endswith("partial_image")]
    assert [event.partial_image_index for event in partial] == [0, 1]
    looks = [pixels(event.b64_json) for event in (*partial, events[-1])]
    assert (looks[0] != looks[1]).any() and (looks[1] != looks[2]).any()
    whole = drawn(client, extra={"steps": 4}).data[0]
    assert whole.b64_json == events[-1].b64_json, "to look at a picture changes nothing"


def test_pictures_are_changed_as_words_say(client):
    one, other = noise(1, 48, 32), noise(2, 32, 64)
    alone, both = edited(client, one), edited(client, one, other)
    assert pixels(alone.data[0].b64_json).shape == (32, 32, 3)
    assert alone.data[0].b64_json != both.data[0].b64_json
    assert alone.usage.input_tokens_details.image_tokens == 6
    assert both.usage.input_tokens_details.image_tokens == 6 + 8
    uri = f"data:image/png;base64,{file(one)}"
    said = {"model": "edits", "prompt": "make it red", "images": [{"image_url": uri}], **QUICK, **SIZE}
    answer = httpx.post(f"{client.base_url}images/edits", json=said, timeout=60).json()
    assert answer["data"][0]["b64_json"] == alone.data[0].b64_json
    events = list(edited(client, one, stream=True, partial_images=1))
    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]
    assert events[-1].b64_json == alone.data[0].b64_json


def test_without_a_size_the_picture_s_own_is_kept(client):
    assert edited(client, noise(1, 50, 30), size="auto").size == "48x32"


def test_a_picture_may_be_the_beginning(client):
    first = Image.new("RGB", (32, 32), (200, 40, 40))
    near, far = (
        edited(client, first, model="draws", extra={"strength": strength, "steps": "4"}).data[0].b64_json
        for strength in ("0.25", "1.0")
    )
    assert near != far
    with pytest.warns(DeprecationWarning):
        made = client.images.create_variation(
            model="draws",
            image=written(first),
            size="32x32",  # type: ignore[arg-type]
            response_format="b64_json",
            n=2,
            extra_body={"steps": "2"},
        )
    assert made.data[0].b64_json != made.data[1].b64_json


def test_what_the_mask_covers_stays_as_it_was(client):
    first = noise(3, 32, 32)
    mask = ("mask.png", written(hole(first, (16, 0, 32, 32))))
    made = pixels(edited(client, first, model="draws", mask=mask, extra={"strength": "1.0"}).data[0].b64_json)
    assert (made[:, :16] == np.asarray(first)[:, :16]).all()
    assert (made[:, 16:] != np.asarray(first)[:, 16:]).any()


def test_pictures_at_one_time_are_those_that_are_drawn_alone(client):
    alone = {seed: drawn(client, extra={"seed": seed}).data[0].b64_json for seed in range(3)}
    together: dict[int, str] = {}

    def draw(seed: int) -> None:
        together[seed] = drawn(client, extra={"seed": seed}).data[0].b64_json

    threads = [threading.Thread(target=draw, args=(seed,)) for seed in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert together == alone


def test_a_client_that_leaves_leaves_no_work_behind(served, client):
    model = served.app.pool.find("draws")
    with drawn(client, stream=True, extra={"steps": 200, "progress": True}) as events:
        assert next(iter(events)).type == "image_generation.progress"
        assert model.worker.busy
    for _ in range(1000):
        if not model.worker.busy:
            break
        threading.Event().wait(0.02)
    assert not model.worker.busy


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("generations", {"size": "1000x1000"}, "send 992x992"),
        ("generations", {"size": "0x0"}, "from 16 to 2048"),
        ("generations", {"size": "4096x4096"}, "from 16 to 2048"),
        ("generations", {"guidance": 3}, "trained to do without"),
        ("generations", {"negative_prompt": "dogs"}, "leave it out"),
        ("generations", {"prompt": "word " * 600}, "reads 512"),
        ("edits", {"image": "data:image/png;base64,AAAA"}, "no picture"),
        ("edits", {"image": f"data:image/png;base64,{claimed(20_000, 20_000)}"}, "send one with at most 16384 a side"),
        ("edits", {"image": f"data:image/png;base64,{file(noise(0))}", "steps": 1}, "leaves nothing of the picture"),
        ("variations", {}, "multipart/form-data"),
    ],
)
def test_bad_input_is_an_error_that_says_what_to_do(served, path, body, said):
    answer = httpx.post(f"{served.url}/v1/images/{path}", json={"model": "draws", "prompt": "a", **body}, timeout=60)
    assert answer.status_code in (400, 415)
    assert said in answer.json()["error"]["message"]


def test_a_model_that_looks_at_pictures_needs_words_and_pictures(served, client):
    with pytest.raises(openai.NotFoundError, match="has no image, only image-edit"):
        client.images.generate(model="edits", prompt="a")
    with pytest.raises(openai.BadRequestError, match="the prompt is empty"), pytest.warns(DeprecationWarning):
        client.images.create_variation(model="edits", image=written(noise(0)))
