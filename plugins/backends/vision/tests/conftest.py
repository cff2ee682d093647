"""Tiny models that see, and what tests show them.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mlxs.requests import ChatRequest, ImagePart, Message, Part, SamplingParams, TextPart

collect_ignore_glob = [] if find_spec("mlx_vlm") and find_spec("av") else ["test_*.py"]
sys.path.append(str(Path(__file__).parent))  # where the makers of models and of files are


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`model("qwen2_5_vl")`: the directory of a tiny model, made once."""
    made: dict[str, Path] = {}

    def make(kind: str = "qwen3_vl") -> Path:
        if kind not in made:
            made[kind] = import_module("tiny_vision").make_model(tmp_path_factory.mktemp(kind) / "model", kind)
        return made[kind]

    return make


@pytest.fixture(scope="session")
def open_loop(model: Callable[..., Path]) -> Callable[..., Any]:
    """`open_loop("qwen2_5_vl", prompt_cache_size=0)`: a backend with a tiny model, loaded, of a kind or a directory."""
    talks = import_module("tiny_loop").Talks
    return lambda of="qwen3_vl", **options: talks(of if isinstance(of, Path) else model(of), **options)


@pytest.fixture
def loop(open_loop: Callable[..., Any]) -> Any:
    return open_loop()


@pytest.fixture(scope="session")
def files() -> Any:
    """Makers of files: `files.png(picture)`, `files.film(8)`, `files.wav(440)` and `files.uri(file)`."""
    return import_module("shown_files")


@pytest.fixture(scope="session")
def noise(files: Any) -> Callable[..., Any]:
    """`noise(1, 64, 48)`: a picture that is like no other."""
    return files.noise


@pytest.fixture(scope="session")
def chat(files: Any) -> Callable[..., ChatRequest]:
    """`chat(["what?", noise(1)], "A cat.", "And?", seed=1)`: user and assistant in turn."""

    def part(said: Any) -> Part:
        if isinstance(said, str):
            return TextPart(text=said)
        return ImagePart(url=files.uri(files.png(said))) if hasattr(said, "save") else said

    def make(*turns: str | Sequence[Any], **sampling: Any) -> ChatRequest:
        roles = ("user", "assistant") * len(turns)
        contents = [turn if isinstance(turn, str) else tuple(map(part, turn)) for turn in turns]
        said = {"temperature": 0.0, "max_tokens": 8, "logprobs": True, **sampling}
        return ChatRequest(
            messages=tuple(Message(role=role, content=content) for role, content in zip(roles, contents, strict=False)),
            sampling=SamplingParams(**said),
        )

    return make
