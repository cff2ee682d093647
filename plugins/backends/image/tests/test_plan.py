"""What requests mean, and what is wrong with them: found without a model."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import pytest
from drawings import claimed, file, hole, noise, written
from PIL import Image
from stand_ins import Words

from mlxs.errors import BadRequest
from mlxs.tasks.image import ImageEditRequest, ImageRequest
from mlxs_image.plan import Plan, Planner
from mlxs_image.presets import PRESETS

FIRST = noise(0, 64, 32)


def plan(name: str = "flux-schnell", /, **said: Any) -> Plan:
    made = {"prompt": "a cat", **said}
    request = ImageEditRequest(**made) if "images" in made else ImageRequest(**made)
    return Planner(PRESETS[name], Words(), 2048)(request)


def test_what_is_not_said_is_the_model_s_own() -> None:
    own = plan("flux-dev")
    assert (own.width, own.height, own.steps, own.guidance, own.tokens) == (1024, 1024, 25, 3.5, 5)
    assert plan("flux-dev", effort=0.5).steps == 12 and plan(effort=0.1).steps == 1
    assert plan().seed != plan().seed


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ((64, 32), (64, 32)),
        ((70, 33), (64, 32)),
        ((3000, 1000), (1776, 592)),
        ((16, 8000), (16, 2048)),
        ((1024, 1024), (1024, 1024)),
    ],
)
def test_without_a_size_a_picture_keeps_its_proportions(sides: tuple[int, int], size: tuple[int, int]) -> None:
    made = plan(images=(file(Image.new("RGB", sides)),))
    assert (made.width, made.height) == size


@pytest.mark.parametrize("sides", [(), (4000, 400), (900, 900)])
def test_no_side_is_longer_than_the_server_allows(sides: tuple[int, ...]) -> None:
    planner = Planner(PRESETS["flux-schnell"], Words(), 500)
    request = ImageRequest(prompt="a cat")
    if sides:
        request = ImageEditRequest(prompt="a cat", images=(file(Image.new("RGB", sides)),))
    made = planner(request)
    assert max(made.width, made.height) == 496


@pytest.mark.parametrize(
    ("strength", "steps", "start"),
    [(None, 4, 1), (1.0, 4, 0), (0.5, 4, 2), (0.01, 4, 3), (0.9, 4, 1), (None, 2, 1), (1.0, 1, 0)],
)
def test_strength_decides_where_it_begins(strength: float | None, steps: int, start: int) -> None:
    """At the first step nothing would be left of the picture."""
    assert plan(images=(file(FIRST),), strength=strength, steps=steps).start == start


@pytest.mark.parametrize(
    ("previews", "steps", "shown"), [(0, 8, ()), (1, 8, (4,)), (3, 8, (2, 4, 6)), (3, 3, (1, 2)), (2, 1, ())]
)
def test_previews_are_spread_evenly_and_never_the_last(previews: int, steps: int, shown: tuple[int, ...]) -> None:
    assert plan(previews=previews, steps=steps).previews == shown


def test_pictures_are_upright_and_opaque() -> None:
    turned = Image.new("RGB", (64, 32), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    into = io.BytesIO()
    turned.save(into, "jpeg", exif=exif)
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    made = plan("flux2-klein-edit-4b", images=(b64encode(into.getvalue()).decode(), file(clear)))
    assert [image.size for image in made.images] == [(32, 64), (32, 32)]
    assert made.images[1].getpixel((0, 0)) == (255, 255, 255)


def cut(image: Image.Image) -> str:
    whole = written(image)
    return b64encode(whole[: len(whole) // 2]).decode()


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("flux-schnell", {"width": 1000, "height": 1000}, "size", "send 992x992 for 1000x1000"),
    ("flux-schnell", {"width": 0, "height": 0}, "size", "from 16 to 2048 pixels, not 0x0"),
    ("flux-schnell", {"width": 4096, "height": 16}, "size", "from 16 to 2048 pixels"),
    ("flux-schnell", {"steps": 0}, "steps", "from 1 to 200, not 0"),
    ("flux-schnell", {"steps": 100_000}, "steps", "from 1 to 200"),
    ("flux-schnell", {"guidance": 3.0}, "guidance", "trained to do without"),
    ("flux-dev", {"guidance": -1.0}, "guidance", "from 0 to 100"),
    ("flux-dev", {"guidance": float("nan")}, "guidance", "from 0 to 100"),
    ("flux-dev", {"negative_prompt": "dogs"}, "negative_prompt", "leave it out"),
    ("qwen-image", {"negative_prompt": "dogs", "guidance": 1.0}, "negative_prompt", "more than 1"),
    ("qwen-image", {"negative_prompt": "word " * 200}, "negative_prompt", "1000 tokens"),
    ("flux-schnell", {"prompt": "  "}, "prompt", "the prompt is empty"),
    ("flux-schnell", {"prompt": "word " * 200}, "prompt", "1000 tokens, and this model reads 512"),
    ("fibo", {}, "prompt", "no JSON object"),
    ("fibo", {"prompt": "[1]"}, "prompt", "no JSON object"),
    ("flux-schnell", {"images": ()}, "image", "send at least one"),
    ("flux-schnell", {"images": (file(FIRST),) * 2}, "image", "this model takes 1"),
    ("flux-schnell", {"images": (file(FIRST),), "strength": 0.0}, "strength", "more than 0"),
    ("flux-schnell", {"images": (file(FIRST),), "steps": 1}, "steps", "leaves nothing of the picture"),
    ("flux-kontext-dev", {"images": (file(FIRST),), "strength": 0.5}, "strength", "image-generation"),
    ("flux-kontext-dev", {"images": (file(FIRST),), "mask": file(FIRST)}, "mask", "image-generation"),
    ("flux-kontext-dev", {"images": (file(FIRST),), "prompt": ""}, "prompt", "the prompt is empty"),
    ("flux-schnell", {"images": ("?",)}, "image", "not base64"),
    ("flux-schnell", {"images": (b64encode(b"GIF89a but no").decode(),)}, "image", ""),
    ("flux-schnell", {"images": (b64encode(b"words").decode(),)}, "image", "no picture"),
    ("flux-schnell", {"images": (cut(FIRST),)}, "image", "damaged"),
    ("flux-schnell", {"images": (claimed(20_000, 20),)}, "image", "20000x20 pixels"),
    ("flux-schnell", {"images": (claimed(20_000, 20_000),)}, "image", "pixels"),
    ("flux-schnell", {"images": (claimed(9_000, 9_000),)}, "image", "9000x9000 pixels"),
    ("flux-schnell", {"images": (file(Image.new("RGB", (8, 64))),)}, "image", "at least 16 a side"),
    ("flux-schnell", {"images": (file(FIRST),), "mask": file(hole(noise(0, 32, 32), (0, 0, 9, 9)))}, "mask", "32x32"),
    ("flux-schnell", {"images": (file(FIRST),), "mask": file(FIRST)}, "mask", "no transparency"),
    ("flux-schnell", {"images": (file(FIRST),), "mask": file(FIRST.convert("RGBA"))}, "mask", "opaque everywhere"),
]


@pytest.mark.parametrize(("name", "said", "param", "message"), BAD)
def test_what_cannot_be_drawn_is_refused(name: str, said: dict[str, Any], param: str, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        plan(name, **said)
    assert refused.value.param == param and message in refused.value.message
