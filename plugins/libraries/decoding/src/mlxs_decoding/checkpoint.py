"""A checkpoint that is loaded, and what its files say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
from jinja2 import TemplateSyntaxError
from mlx.utils import tree_flatten
from mlx_lm.tokenizer_utils import TokenizerWrapper
from mlx_lm.utils import compute_bits_per_weight, get_total_parameters, load_config

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.weights import materialise

from .tokenizer import Tokenizer

LENGTHS = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
"""What configurations call the number of tokens a model was made for."""
DEFAULTS = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
"""What of `generation_config.json` says how to sample."""


@dataclass(frozen=True)
class Checkpoint:
    """A model that is loaded.

    Args:
        model: The network.
        config: `config.json`, the text model's part first where it has several.
        defaults: Sampling the checkpoint recommends, by the names of `SamplingParams`.
    """

    directory: Path
    model: Any
    config: dict[str, Any]
    tokenizer: Tokenizer
    defaults: dict[str, float]

    def context_length(self, wanted: int | None) -> int | None:
        """Tokens of prompt and answer together; None where there is no limit.

        Args:
            wanted: Those of `--context-length`. Raises MlxsError where the model was made for fewer.
        """
        made_for = next((int(self.config[name]) for name in LENGTHS if self.config.get(name)), None)
        if wanted and made_for and wanted > made_for:
            raise MlxsError(f"--context-length: this model was made for {made_for} tokens, {wanted} are too many")
        return wanted or made_for

    @property
    def response_template(self) -> dict[str, Any] | None:
        """What the checkpoint declares of its answers; None where it declares nothing."""
        declared = read_json(self.directory / "tokenizer_config.json").get("response_template")
        return declared if isinstance(declared, dict) else None

    @property
    def details(self) -> dict[str, Any]:
        """What a person may want to know."""
        quantised = self.config.get("quantization") or {}
        return {
            "model_type": self.config.get("model_type"),
            "parameters": get_total_parameters(self.model),
            "bits_per_weight": round(compute_bits_per_weight(self.model), 2),
            "quantization": {key: quantised[key] for key in ("bits", "group_size", "mode") if key in quantised} or None,
            "dtype": str(max(_arrays(self.model), key=_floats).dtype).removeprefix("mlx.core."),
            "bytes": sum(array.nbytes for array in _arrays(self.model)),
        }


def read_config(directory: Path) -> dict[str, Any]:
    """`config.json`. Raises MlxsError where it is not one, or there are no weights beside it."""
    try:
        config = load_config(directory)
    except FileNotFoundError:
        raise MlxsError(f"{directory} is no model: it has no config.json") from None
    except ValueError as error:
        raise MlxsError(f"{directory / 'config.json'} is not JSON: {error}") from None
    if not isinstance(config, dict) or "model_type" not in config:
        raise MlxsError(f"{directory / 'config.json'} does not say what it is: it has no model_type")
    if not list(directory.glob("model*.safetensors")):
        raise MlxsError(
            f"{directory} has no weights that MLX can read (model*.safetensors); convert the model with "
            "`mlx_lm.convert`, or name a repository that holds it for MLX, such as those of mlx-community"
        )
    return {**(config.get("text_config") or config.get("llm_config") or {}), **config}


def read_weights(model: Any, progress: Progress) -> None:
    """Read the weights, which are lazy until then, telling how far it has come."""
    materialise(_arrays(model), mx.eval, progress)


def read_defaults(directory: Path) -> dict[str, float]:
    """Sampling that the checkpoint recommends, by the names of `SamplingParams`."""
    said = read_json(directory / "generation_config.json")
    return {name: said[name] for name in DEFAULTS if isinstance(said.get(name), int | float) and said[name] >= 0}


def read_json(file: Path) -> dict[str, Any]:
    """What a file says that may be missing, or say nothing that can be read."""
    try:
        said = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def use_template(tokenizer: TokenizerWrapper, file: Path) -> None:
    """Give a tokenizer the chat template of a file. Raises MlxsError where it is none."""
    try:
        tokenizer.chat_template = file.expanduser().read_text()
        tokenizer.has_chat_template = True
    except (OSError, ValueError) as error:
        raise MlxsError(f"--chat-template-file: {file} cannot be read: {error}") from None
    try:
        tokenizer.apply_chat_template([{"role": "user", "content": ""}], tokenize=False)
    except TemplateSyntaxError as error:
        raise MlxsError(f"--chat-template-file: {file} is no template: line {error.lineno}: {error}") from None
    except Exception:
        pass  # a template may well refuse so little


def _arrays(model: Any) -> list[mx.array]:
    named: Any = tree_flatten(model.parameters())
    return [array for _, array in named]


def _floats(array: mx.array) -> int:
    """How many floating-point numbers there are, not counting those packed into integers."""
    return array.size if mx.issubdtype(array.dtype, mx.floating) else 0
