"""A checkpoint, loaded, and what it does: speak, or write down what is said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_audio import stt, tts
from mlx_audio.registry import classify_model, model_type_from_config

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.weights import materialise

from .options import SpeechOptions

FILES = ("*.json", "*.safetensors", "*.npz", "*.txt", "*.model", "*.tiktoken", "*.jsonl", "*.yaml", "*.wav", "*.jinja")

NAMELESS = "nameless"


@dataclass(frozen=True)
class Checkpoint:
    """A model that is loaded.

    Args:
        kind: Its family, by the library's name.
        speaks: Whether it speaks; otherwise it writes down.
    """

    directory: Path
    network: Any
    kind: str
    speaks: bool

    def takes(self, name: str) -> bool:
        """Whether the library's `generate` of this family knows an argument."""
        argument = signature(self.network.generate).parameters.get(name)
        return argument is not None and argument.kind is not Parameter.VAR_KEYWORD

    @property
    def details(self) -> dict[str, Any]:
        """What is worth showing."""
        named: Any = tree_flatten(self.network.parameters())
        return {"family": self.kind, "bytes": sum(array.nbytes for _, array in named)}


def load(directory: Path, options: SpeechOptions, progress: Progress) -> Checkpoint:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    try:
        config = json.loads((directory / "config.json").read_text())
    except FileNotFoundError:
        raise MlxsError(f"{directory} is no model: it has no config.json") from None
    except ValueError as error:
        raise MlxsError(f"{directory}/config.json cannot be read as JSON: {error}") from None
    family = model_type_from_config(config) or _nemo(config) or NAMELESS
    kinds = {"speech": "tts", "transcription": "stt"}
    kind = kinds.get(options.task) or classify_model(family, str(options.model_path))
    if kind not in kinds.values():
        raise MlxsError(
            f"{directory} is a {family} model, which mlx-audio neither speaks nor writes with; if it does, say which "
            "with --task speech or --task transcription"
        )
    speaks = kind == "tts"
    try:
        network = (tts if speaks else stt).utils.load_model(
            directory, lazy=True, model_type=None if family == NAMELESS else family
        )
        named: Any = tree_flatten(network.parameters())
        materialise((array for _, array in named), mx.eval, progress)
    except Exception as error:
        raise MlxsError(f"{directory} could not be loaded: {type(error).__name__}: {error}") from error
    return Checkpoint(directory, network, family, speaks)


def _nemo(config: dict[str, Any]) -> str | None:
    """The family, where NVIDIA's toolkit wrote the configuration, which does not say it."""
    target = str(config.get("target", ""))
    return "parakeet" if target.startswith("nemo.collections.asr") and ("ctc" in target or "rnnt" in target) else None
