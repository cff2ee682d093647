"""Pictures, of a painter that writes down what it was asked."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types import ImageEditStreamEvent, ImageGenStreamEvent, ImagesResponse

from mlxs.testing import painter
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import events_of
from mlxs_openai.image_files import KEPT, Files

FILE = ("a.png", b"the picture", "image/png")
URI = "data:image/png;base64," + b64encode(b"the picture").decode()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {"model_type": "painter"}, "chat": {}}, extra=[painter]) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def post(served: Served, path: str = "generations", **body: Any) -> httpx.Response:
    said = {"model": "m", "prompt": "a red cat", **body}
    return httpx.post(f"{served.url}/v1/images/{path}", json=said, timeout=30)


def sent(served: Served, path: str = "edits", files: Any = None, **fields: Any) -> httpx.Response:
    data = {"model": "m", "prompt": "a red cat", **fields}
    return httpx.post(f"{served.url}/v1/images/{path}", data=data, files=files or [("image", FILE)], timeout=30)


def asked(one: Any) -> dict[str, Any]:
    """What the painter was asked, by one of the pictures of an answer."""
    return json.loads(b64decode(one["b64_json"] if isinstance(one, dict) else one.b64_json))


def pictures(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [asked(one) for one in answer.json()["data"]]


def test_the_sdk_s_every_option_arrives(client: openai.OpenAI) -> None:
    answer = client.images.generate(
        model="m",
        prompt="a red cat",
        n=2,
        size="96x48",
        quality="high",
        background="opaque",
        moderation="low",
        output_format="webp",
        output_compression=30,
        response_format="b64_json",
        user="me",
        extra_body={"seed": 5, "guidance": 2.5, "negative_prompt": "dogs"},
    )
    first, second = map(asked, answer.data or [])
    assert first == {**second, "seed": 5} and second["seed"] == 6
    wanted = {"prompt": "a red cat", "width": 96, "height": 48, "effort": 1.5, "steps": None, "guidance": 2.5}
    wanted |= {"negative_prompt": "dogs", "format": "webp", "quality": 30, "previews": 0}
    assert wanted.items() <= first.items()
    assert (answer.size, answer.quality, answer.output_format, answer.background) == ("96x48", "high", "webp", "opaque")
    assert answer.usage and (answer.usage.input_tokens, answer.usage.output_tokens) == (6, 36)


def test_other_servers_names_mean_the_same(served: Served) -> None:
    (one,) = pictures(post(served, num_inference_steps=9, guidance_scale=3, size="auto", quality="standard"))
    assert (one["steps"], one["guidance"], one["width"], one["seed"]) == (9, 3.0, None, None)


def test_the_body_is_what_the_sdk_knows(served: Served, strict: Callable[..., None]) -> None:
    body = post(served, n=2, seed=3).json()
    assert [one.pop("seed") for one in body["data"]] == [3, 4]
    strict(body, ImagesResponse)
    assert "quality" not in body


def test_pictures_can_be_fetched_by_their_address(served: Served, client: openai.OpenAI) -> None:
    answer = client.images.generate(model="m", prompt="a", response_format="url", output_format="jpeg", n=2)
    urls = [one.url or "" for one in answer.data or []]
    assert len(set(urls)) == 2 and all(url.startswith(served.url) for url in urls)
    got = httpx.get(urls[0])
    assert got.headers["content-type"] == "image/jpeg" and got.json()["prompt"] == "a"
    gone = httpx.get(served.url + "/v1/images/files/guessed")
    assert gone.status_code == 404 and "kept for an hour" in gone.json()["error"]["message"]


def test_addresses_end_and_the_oldest_make_room() -> None:
    clock = [0.0]
    files = Files(room=10, now=lambda: clock[0])
    first, second = files.keep(b"12345", "image/png"), files.keep(b"12345", "image/png")
    assert files.find(first) == files.find(second) == (b"12345", "image/png")
    third = files.keep(b"1", "image/png")
    assert files.find(first) is None and files.find(second) and files.find(third)
    clock[0] = KEPT
    assert files.find(second) is None and files.find(third) is None


@pytest.mark.parametrize(("path", "kind", "event"), [
    ("generations", "image_generation", ImageGenStreamEvent),
    ("edits", "image_edit", ImageEditStreamEvent),
])  # fmt: skip
def test_a_stream_is_of_the_sdk_s_events(
    served: Served, strict: Callable[..., None], path: str, kind: str, event: Any
) -> None:
    more = {"image": URI} if path == "edits" else {}
    answer = post(served, path, stream=True, partial_images=2, quality="low", seed=9, **more)
    events = events_of(answer)
    assert [one["type"] for one in events] == [f"{kind}.partial_image"] * 2 + [f"{kind}.completed"]
    assert answer.text.startswith(f"event: {kind}.partial_image\n")
    assert [one["partial_image_index"] for one in events[:2]] == [0, 1]
    assert events[-1].pop("seed") == 9
    for one in events:
        strict(one, event)
    body = post(served, path, quality="low", seed=9, **more).json()
    folded = {name: events[-1][name] for name in ("background", "output_format", "quality", "size", "usage")}
    assert folded.items() <= body.items()
    assert asked(events[-1]) == {**asked(body["data"][0]), "previews": 2}


def test_the_sdk_reads_streams(client: openai.OpenAI) -> None:
    made = client.images.generate(model="m", prompt="a", stream=True, partial_images=1, n=2)
    assert [event.type.rpartition(".")[2] for event in made] == ["partial_image", "completed"] * 2
    changed = client.images.edit(model="m", prompt="a", image=FILE, stream=True, partial_images=1)
    assert [event.type for event in changed] == ["image_edit.partial_image", "image_edit.completed"]


def test_progress_is_said_where_it_is_wanted(served: Served) -> None:
    events = events_of(post(served, stream=True, progress=True, steps=2))
    assert [(one["step"], one["steps"]) for one in events[:-1]] == [(0, 2), (1, 2), (2, 2)]
    assert {one["type"] for one in events[:-1]} == {"image_generation.progress"}


def test_a_model_that_fails_later_says_so_in_the_stream(served: Served, client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIError, match="cannot be drawn"):
        list(client.images.generate(model="m", prompt="what?", stream=True))
    assert post(served, prompt="what?").status_code == 500
    assert post(served, prompt="no!", stream=True).status_code == 400


def test_files_and_data_uris_are_the_same_pictures(served: Served, client: openai.OpenAI) -> None:
    answer = client.images.edit(
        model="m", prompt="a", image=[FILE, FILE], mask=FILE, size="32x16", extra_body={"strength": 0.5, "steps": 3}
    )
    form = asked((answer.data or [])[0])
    assert form["images"] == [URI.partition(",")[2]] * 2
    assert (form["mask"], form["strength"], form["steps"], form["width"]) == (form["images"][0], 0.5, 3, 32)
    refs: dict[str, Any] = {"images": [{"image_url": URI}, URI], "mask": {"image_url": URI}}
    (body,) = pictures(post(served, "edits", prompt="a", size="32x16", strength=0.5, steps=3, **refs))
    assert body == form


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_a_variation_is_an_edit_without_words(served: Served, client: openai.OpenAI) -> None:
    answer = client.images.create_variation(model="m", image=FILE, n=2, size="256x256", response_format="b64_json")
    one, other = map(asked, answer.data or [])
    assert one == other and one["prompt"] == "" and one["images"] == [URI.partition(",")[2]] and one["width"] == 256


def test_pictures_are_fetched_where_that_is_allowed(served: Served) -> None:
    refused = post(served, "edits", images=[{"image_url": served.url + "/health"}])
    assert refused.status_code == 400 and "private address" in refused.json()["error"]["message"]
    with serving({"m": {"model_type": "painter", "allow_private_urls": True}}, extra=[painter]) as open_to_all:
        (one,) = pictures(post(open_to_all, "edits", image=served.url + "/health"))
    assert b"status" in b64decode(one["images"][0])


def test_the_name_of_a_deployment_is_honoured(served: Served) -> None:
    azure = openai.AzureOpenAI(base_url=f"{served.url}/openai/deployments/m", api_key="none", api_version="any")
    assert azure.images.generate(model="?", prompt="a").data
    assert azure.images.edit(model="?", prompt="a", image=FILE).data
    body = {"model": "?", "prompt": "a", "image": URI}
    answer = httpx.post(f"{served.url}/openai/deployments/m/images/edits", json=body, timeout=30)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({"prompt": None}, "prompt", "prompt"),
        ({"prompt": "no!"}, "prompt", "do not shout"),
        ({"n": 0}, "n", "greater than or equal to 1"),
        ({"n": 11}, "n", "less than or equal to 10"),
        ({"n": "2"}, "n", "n: "),
        ({"size": "big"}, "size", "1024x1024, or auto"),
        ({"size": "-64x64"}, "size", "1024x1024, or auto"),
        ({"seed": -1}, "seed", "greater than or equal to 0"),
        ({"quality": "superb"}, "quality", "'auto', 'low'"),
        ({"quality": "high", "steps": 3}, "quality", "send steps, or quality"),
        ({"steps": 3, "num_inference_steps": 4}, "num_inference_steps", "send one of them"),
        ({"style": "vivid"}, "style", "in the prompt"),
        ({"background": "transparent"}, "background", "every pixel"),
        ({"output_format": "gif"}, "output_format", "'png', 'jpeg' or 'webp'"),
        ({"output_compression": 50}, "output_compression", "jpeg or webp"),
        ({"output_compression": 101, "output_format": "jpeg"}, "output_compression", "less than or equal to 100"),
        ({"partial_images": 1}, "partial_images", "stream: true"),
        ({"partial_images": 4, "stream": True}, "partial_images", "less than or equal to 3"),
        ({"progress": True}, "progress", "stream: true"),
        ({"response_format": "url", "stream": True}, "response_format", "b64_json"),
        ({"frame_count": 3}, "frame_count", "do not move"),
    ],
)
def test_what_cannot_be_done_is_refused(served: Served, body: dict[str, Any], param: str, said: str) -> None:
    answer = post(served, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"] == param
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({}, "image", "send at least one"),
        ({"image": [URI] * 17}, "image", "more than 16"),
        ({"image": "a.png"}, "images.0", "neither a data URI"),
        ({"image": "data:image/png;base64,?"}, "images.0", "damaged"),
        ({"images": [{"file_id": "file-1"}]}, "images.0", "no files are stored"),
        ({"image": URI, "mask": {"file_id": "file-1"}}, "mask", "no files are stored"),
        ({"image": URI, "input_fidelity": "high"}, "input_fidelity", "strength"),
        ({"image": URI, "markup": URI}, "markup", "in the prompt"),
        ({"image": 1}, "image", "image"),
    ],
)
def test_what_cannot_be_changed_is_refused(served: Served, body: dict[str, Any], param: str, said: str) -> None:
    answer = post(served, "edits", **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"].startswith(param)
    assert said in answer.json()["error"]["message"]


def test_bodies_that_are_none_are_refused(served: Served) -> None:
    url = served.url + "/v1/images/edits"
    for content, said in ((b"{", "not valid JSON"), (b"[]", "must be a JSON object")):
        answer = httpx.post(url, content=content, headers={"content-type": "application/json"}, timeout=30)
        assert answer.status_code == 400 and said in answer.json()["error"]["message"]
    assert httpx.post(url, content=b"x", headers={"content-type": "text/plain"}, timeout=30).status_code == 415
    assert sent(served, files=[("image", (None, "no file"))]).status_code == 400
    assert sent(served, n="two").status_code == 400


@pytest.mark.parametrize(
    ("path", "fields", "files", "param", "said"),
    [
        ("edits", {"steps": "9" * 20}, ["image"], "steps", "less than or equal to 1000"),
        ("edits", {"steps": "0"}, ["image"], "steps", "greater than or equal to 1"),
        ("edits", {"guidance": "nan"}, ["image"], "guidance", "finite number"),
        ("edits", {"guidance_scale": "1e400"}, ["image"], "guidance_scale", "finite number"),
        ("edits", {"strength": "-inf"}, ["image"], "strength", "finite number"),
        ("edits", {"input_fidelity": "some"}, ["image"], "input_fidelity", "'low' or 'high'"),
        ("edits", {}, ["image", "mask", "mask"], "mask", "mask is there 2 times; send it once"),
        ("edits", {"n": ["1", "2"]}, ["image"], "n", "n is there 2 times; send it once"),
        ("variations", {}, ["image", "image[]", "image[1]"], "image", "image is there 3 times; send it once"),
        ("variations", {"image": "a.png"}, ["image"], "image", "image is there 2 times"),
        ("edits", {"prompt": "a" * 2**21}, ["image"], None, "the form cannot be read: Part exceeded"),
    ],
)
def test_fields_of_a_form_are_as_strict(
    served: Served, path: str, fields: dict[str, Any], files: list[str], param: str | None, said: str
) -> None:
    answer = sent(served, path, [(name, FILE) for name in files], **fields)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"] == param
    assert said in answer.json()["error"]["message"]


def test_a_model_without_pictures_says_so(served: Served) -> None:
    for path in ("generations", "edits"):
        answer = post(served, path, model="chat", image=URI)
        assert answer.status_code == 404 and "has no image" in answer.json()["error"]["message"]
