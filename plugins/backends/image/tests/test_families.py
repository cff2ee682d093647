"""The loop that is driven from outside makes the very pictures that mflux's own loop makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from drawings import file, noise, pixels
from PIL.Image import Image
from stand_ins import stand_in

from mlxs.specs import attribute
from mlxs.tasks.image import ImageEditRequest, ImageRequest, Step
from mlxs_image.loading import load
from mlxs_image.options import ImageOptions
from mlxs_image.plan import Planner
from mlxs_image.presets import PRESETS

STEPS = 4
SMALL = {"flux2-klein-4b", "flux2-klein-edit-4b"}
"""Presets whose networks are real here, and small."""


@pytest.fixture(scope="module")
def family(klein: Path) -> Any:
    def make(name: str) -> Any:
        preset = PRESETS[name]
        if name not in SMALL:
            return attribute(preset.family)(stand_in(preset))
        tiny.shrink()
        return load(preset, ImageOptions(model_path=str(klein)), lambda *_: None)

    return make


def drawn(family: Any, name: str, request: ImageRequest) -> list[Any]:
    preset = PRESETS[name]
    plan = Planner(preset, family.model.tokenizers[family.prompt_tokenizer], 2048)(request)
    return [said for said in family.draw(plan) if said is not None]


def asked(name: str, *images: Image, **more: Any) -> ImageRequest:
    preset = PRESETS[name]
    prompt = json.dumps({"what": "a cat"}) if preset.json_prompt else "a cat"
    common: dict[str, Any] = {"prompt": prompt, "width": 48, "height": 32, "steps": STEPS, "seed": 7, **more}
    if preset.guidance is not None:
        common["guidance"] = 2.0
    if preset.negative:
        common["negative_prompt"] = "dogs"
    return ImageEditRequest(images=tuple(map(file, images)), **common) if images else ImageRequest(**common)


def theirs(family: Any, request: ImageRequest, **more: Any) -> Any:
    said: dict[str, Any] = {"guidance": request.guidance, "negative_prompt": request.negative_prompt}
    made = family.model.generate_image(
        seed=request.seed,
        prompt=request.prompt,
        num_inference_steps=STEPS,
        width=request.width,
        height=request.height,
        **{name: value for name, value in said.items() if value is not None},
        **more,
    )
    return np.asarray(made.image)


WORDS_ALONE = [name for name, preset in PRESETS.items() if not preset.references and not name.endswith("9b")]
LOOKING = [name for name, preset in PRESETS.items() if preset.references and not name.endswith("9b")]


@pytest.mark.parametrize("name", WORDS_ALONE)
def test_pictures_from_words_are_mflux_s(family: Any, name: str) -> None:
    made, request = family(name), asked(name)
    *steps, last = drawn(made, name, request)
    assert steps == [Step(n, STEPS) for n in range(STEPS + 1)]
    assert (pixels(last.data) == theirs(made, request)).all()


@pytest.mark.parametrize("name", WORDS_ALONE)
def test_pictures_from_a_picture_are_mflux_s(family: Any, name: str) -> None:
    """mflux counts how much of the picture is kept, and we how far it may go."""
    made, first = family(name), noise(0, 40, 40)
    *steps, last = drawn(made, name, asked(name, first, strength=0.25))
    assert steps == [Step(n, 1) for n in range(2)]
    assert (pixels(last.data) == theirs(made, asked(name), image_path=first, image_strength=0.75)).all()


@pytest.mark.parametrize("name", LOOKING)
def test_pictures_changed_as_words_say_are_mflux_s(family: Any, name: str) -> None:
    made, seen = family(name), [noise(1, 64, 48), noise(2, 33, 50)][: PRESETS[name].references]
    *_, last = drawn(made, name, asked(name, *seen))
    where = {"image_path": seen[0]} if len(seen) == 1 else {"image_paths": seen}
    assert (pixels(last.data) == theirs(made, asked(name), **where)).all()
    assert last.seen == sum(-(-image.width // 16) * -(-image.height // 16) for image in seen)
