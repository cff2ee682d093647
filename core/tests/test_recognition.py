"""`--model-type auto`: what a checkpoint's files tell of its kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlxs.catalog import Catalog, CatalogError, recognised
from mlxs.errors import MlxsError
from mlxs.plugins import Plugins
from mlxs.recognition import recognise
from mlxs.specs import BackendSpec
from mlxs.testing.install import Install

EVERY = """
from mlxs.catalog import recognised
from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec

@hookimpl
def mlxs_backends():
    for name in recognised():
        yield BackendSpec(name=name, target="no:where", requires=("no_such_module",) if name == MISSING else ())
"""
ACME = """
from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec

@hookimpl
def mlxs_backends():
    yield BackendSpec(name="acme", target="no:where", recognises=("model_type=acme*", "file=acme.bin"))
"""

KINDS: dict[str, tuple[str, dict[str, Any], str]] = {
    # what it is                 its files                                                             its type
    "qwen3": ("model", {"config.json": {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}}, "lm"),
    "no architectures": ("model", {"config.json": {"model_type": "llama"}}, "lm"),
    "gemma3 text": ("model", {"config.json": {"model_type": "gemma3_text"}}, "lm"),
    "qwen3-vl": ("model", {"config.json": {"model_type": "qwen3_vl", "vision_config": {}}}, "multimodal"),
    "gemma3n": ("model", {"config.json": {"model_type": "gemma3n", "audio_config": {}}}, "multimodal"),
    "omni": ("model", {"config.json": {"model_type": "qwen3_omni_moe", "thinker_config": {}}}, "multimodal"),
    "moondream": ("model", {"config.json": {"model_type": "moondream3"}}, "multimodal"),
    "sentence transformer": ("model", {"config.json": {"model_type": "qwen3"}, "modules.json": []}, "embeddings"),
    "bert": ("model", {"config.json": {"model_type": "bert", "architectures": ["BertModel"]}}, "embeddings"),
    "reranker": (
        "model",
        {"config.json": {"model_type": "qwen3", "architectures": ["Qwen3ForSequenceClassification"]}},
        "embeddings",
    ),
    "embedding by name": ("Qwen3-Embedding-0.6B", {"config.json": {"model_type": "qwen3"}}, "embeddings"),
    "reranker by name": ("Qwen3-Reranker-0.6B", {"config.json": {"model_type": "qwen3"}}, "embeddings"),
    "flux": ("model", {"model_index.json": {"_class_name": "FluxPipeline"}}, "image-generation"),
    "saved by mflux": ("model", {"transformer/0.json": {}}, "image-generation"),
    "kontext": (
        "model",
        {"model_index.json": {"_class_name": "FluxKontextPipeline"}, "transformer/a": {}},
        "image-edit",
    ),
    "qwen edit": ("model", {"model_index.json": {"_class_name": "QwenImageEditPlusPipeline"}}, "image-edit"),
    "whisper": ("model", {"config.json": {"model_type": "whisper", "d_model": 384}}, "whisper"),
    "whisper for mlx": ("model", {"config.json": {"n_mels": 80, "n_audio_state": 384}}, "whisper"),
    "kokoro": ("model", {"config.json": {"istftnet": {}, "plbert": {}}}, "speech"),
    "soprano": (
        "model",
        {"config.json": {"model_type": "soprano", "architectures": ["Qwen3ForCausalLM"]}},
        "speech",
    ),
    "qwen3 tts": ("model", {"config.json": {"model_type": "qwen3_tts", "talker_config": {}}}, "speech"),
    "voxtral": ("model", {"config.json": {"model_type": "voxtral", "audio_config": {}}}, "speech"),
    "orpheus": ("orpheus-3b", {"config.json": {"model_type": "llama"}}, "speech"),
}


def checkpoint(place: Path, files: dict[str, Any]) -> str:
    for name, content in files.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content) if isinstance(content, bytes) else file.write_text(json.dumps(content))
    return str(place)


def catalog(*only: str) -> Catalog:
    plugins = Plugins(only=only)
    plugins.discover()
    return Catalog(plugins)


@pytest.fixture
def every(install: Install) -> Catalog:
    """Every model type this version has heard of."""
    install("every", EVERY.replace("MISSING", "None"))
    return catalog("every")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind(kind: str, every: Catalog, tmp_path: Path) -> None:
    name, files, model_type = KINDS[kind]
    assert recognise(every, checkpoint(tmp_path / name, files))[0] == model_type


def safetensors(*names: str) -> bytes:
    header = json.dumps({name: {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for name in names}).encode()
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize(
    ("weights", "model_type"),
    [
        ({"model.safetensors": safetensors("language_model.norm")}, "lm"),
        ({"model.safetensors": safetensors("language_model.norm", "vision_tower.norm")}, "multimodal"),
        ({"model.safetensors.index.json": {"weight_map": {"language_model.norm": "a"}}}, "lm"),
        ({"model.safetensors.index.json": {"weight_map": {"visual.norm": "a"}}}, "multimodal"),
        ({"model.safetensors": b"\xff" * 9}, "multimodal"),
        ({"model.safetensors": b""}, "multimodal"),
    ],
)
def test_a_conversion_without_eyes_is_for_text(
    every: Catalog, tmp_path: Path, weights: dict[str, Any], model_type: str
) -> None:
    config = {"config.json": {"model_type": "qwen3_5", "vision_config": {}}}
    assert recognise(every, checkpoint(tmp_path / "model", {**config, **weights}))[0] == model_type


def test_it_says_how_it_was_told(every: Catalog, tmp_path: Path) -> None:
    files = {"config.json": {"model_type": "bert", "vision_config": {}}}
    assert recognise(every, checkpoint(tmp_path / "model", files)) == ("embeddings", "model_type=*bert*")


def test_a_stranger_s_marks_count_like_ours(install: Install, every: Catalog, tmp_path: Path) -> None:
    install("acme", ACME)
    both = catalog("every", "acme")
    for files in ({"config.json": {"model_type": "acme2"}}, {"config.json": {"model_type": "bert"}, "acme.bin": {}}):
        assert recognise(both, checkpoint(tmp_path / str(len(files)), files))[0] == "acme"


def test_a_plugin_that_is_missing_is_named(tmp_path: Path) -> None:
    model = checkpoint(tmp_path / "model", {"config.json": {"model_type": "whisper"}})
    with pytest.raises(CatalogError, match=r"is of the type whisper \(model_type=whisper\).*pip install mlxs-whisper"):
        recognise(catalog("nobody"), model)


def test_what_else_may_serve_it_is_named(install: Install, tmp_path: Path) -> None:
    install("every", EVERY.replace("MISSING", "'multimodal'"))
    model = checkpoint(tmp_path / "model", {"config.json": {"model_type": "qwen3_vl", "vision_config": {}}})
    with pytest.raises(CatalogError) as error:
        recognise(catalog("every"), model)
    assert "needs no_such_module" in str(error.value)
    assert str(error.value).endswith("\n--model-type lm may serve it, too")


@pytest.mark.parametrize("files", [{}, {"config.json": []}, {"config.json": {"architectures": "none"}}, {"a.txt": "?"}])
def test_a_checkpoint_that_shows_nothing(every: Catalog, tmp_path: Path, files: dict[str, Any]) -> None:
    place = tmp_path / "model"
    place.mkdir()
    with pytest.raises(CatalogError, match="say --model-type, one of embeddings, image-edit"):
        recognise(every, checkpoint(place, files))


def test_no_such_directory(every: Catalog, tmp_path: Path) -> None:
    with pytest.raises(MlxsError, match="there is no directory"):
        recognise(every, str(tmp_path / "nothing"))


def test_a_mark_of_no_sort_is_the_plugin_s_fault() -> None:
    with pytest.raises(ValueError, match="'colour=red' must begin with pipeline=, file=, model_type="):
        BackendSpec(name="acme", target="no:where", recognises=("colour=red",))


def test_the_marks_that_are_known_are_sound() -> None:
    for name, marks in recognised().items():
        assert BackendSpec(name=name, target="no:where", recognises=marks).recognises == marks
