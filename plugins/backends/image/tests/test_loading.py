"""From options to a model, and what may be wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlx.core as mx
import pytest
import tiny
from drawings import pixels

from mlxs.errors import MlxsError
from mlxs.tasks.image import ImageRequest
from mlxs_image.loading import load
from mlxs_image.options import ImageOptions
from mlxs_image.presets import PRESETS, preset

ASKED = ImageRequest(prompt="a cat", width=32, height=32, steps=1, seed=1)


def loaded(path: Path, **options: Any) -> tiny.TinyGeneration:
    made = tiny.TinyGeneration(ImageOptions(model_path=str(path), config_name="flux2-klein-4b", **options))
    made.load(lambda *_: None)
    return made


def drawn(backend: tiny.TinyGeneration) -> Any:
    *_, picture = filter(None, backend.draw(backend.prepare(ASKED)))
    return pixels(picture.data)


@pytest.fixture(scope="module")
def lora(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A LoRA for one matrix of the network."""
    path = tmp_path_factory.mktemp("lora") / "tiny.safetensors"
    name, size = "transformer.transformer_blocks.0.attn.to_q", 64
    down, up = mx.random.normal((4, size), key=mx.random.key(1)), mx.random.normal((size, 4), key=mx.random.key(2))
    mx.save_safetensors(str(path), {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up})
    return str(path)


def test_loras_count_as_much_as_is_said(klein: Path, lora: str) -> None:
    plain = drawn(loaded(klein))
    assert (drawn(loaded(klein, lora_paths=[lora], lora_scales=[0.0])) == plain).all()
    whole = drawn(loaded(klein, lora_paths=[lora]))
    assert (whole != plain).any()
    assert (drawn(loaded(klein, lora_paths=[lora], lora_scales=[0.5])) != whole).any()


def test_weights_are_kept_in_as_many_bits_as_are_wanted(klein: Path) -> None:
    sizes = {}
    for bits in (4, 8, 16):
        backend = tiny.TinyGeneration(ImageOptions(model_path=str(klein), config_name="flux2-klein-4b", quantize=bits))
        details = backend.load(lambda *_: None).details
        assert details["quantization"] == (None if bits == 16 else bits)
        sizes[bits] = details["bytes"]
    assert sizes[4] < sizes[8] < sizes[16]
    assert drawn(loaded(klein, quantize=4)).shape == (32, 32, 3)


def test_loading_tells_how_far_it_is(klein: Path) -> None:
    told: list[Any] = []
    tiny.TinyGeneration(ImageOptions(model_path=str(klein), config_name="flux2-klein-4b")).load(
        lambda *said: told.append(said)
    )
    (what, done, total) = told[-1]
    assert what == "loading" and done == total > 1_000_000


def test_what_cannot_be_loaded_says_what_to_do(klein: Path, lora: str, tmp_path: Path) -> None:
    for options, said in (
        ({"lora_scales": [1.0]}, "--lora-scales has 1 numbers and --lora-paths 0"),
        ({"lora_paths": [str(tmp_path / "none.safetensors")]}, "none.safetensors"),
    ):
        with pytest.raises(MlxsError, match=said):
            loaded(klein, **options)
    with pytest.raises(MlxsError, match="such as black-forest-labs/FLUX.1-schnell"):
        load(PRESETS["flux-schnell"], ImageOptions(), lambda *_: None)
    with pytest.raises(MlxsError, match="it has no transformer"):
        loaded(tmp_path)
    with pytest.raises(MlxsError, match="could not be loaded as flux-schnell"):
        tiny.TinyGeneration(ImageOptions(model_path=str(klein), config_name="flux-schnell")).load(lambda *_: None)
    with pytest.raises(MlxsError, match="fibo takes no LoRA"):
        tiny.TinyGeneration(ImageOptions(model_path=str(klein), config_name="fibo", lora_paths=[lora])).load(
            lambda *_: None
        )


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_one_of_mflux_s(name: str) -> None:
    """What mflux calls it and knows of it is what we say."""
    from mflux.cli.defaults.defaults import model_inference_steps
    from mflux.models.common.config.model_config import ModelConfig

    one = PRESETS[name]
    theirs = ModelConfig.from_name(one.config)
    assert theirs.model_name == one.repository
    assert model_inference_steps(one.config) == one.steps
    assert (theirs.supports_guidance is False) <= (one.guidance is None)
    assert preset(name, None, one.kind) is one
    saved = f"mlx-community/{one.repository.rpartition('/')[2]}-mflux-4bit"
    assert preset(None, one.repository, one.kind) is preset(None, saved, one.kind) is one


def test_a_preset_that_is_not_there_is_an_error_with_those_that_are() -> None:
    for name, path, said in (
        (None, "/models/mine", "--config-name flux-schnell or flux-dev"),
        ("flux-9", None, "there is no --config-name flux-9; for --model-type image-generation there are flux-schnell,"),
        ("qwen-image-edit", None, "goes with --model-type image-edit, not image-generation"),
    ):
        with pytest.raises(MlxsError, match=said):
            preset(name, path, "image-generation")
