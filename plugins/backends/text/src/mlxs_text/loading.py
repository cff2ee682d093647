"""A checkpoint, loaded: weights, tokenizer, and what its files say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
from jinja2 import TemplateSyntaxError
from mlx.utils import tree_flatten
from mlx_lm.tokenizer_utils import TokenizerWrapper
from mlx_lm.utils import (
    compute_bits_per_weight,
    get_total_parameters,
    load_adapters,
    load_config,
    load_model,
    load_tokenizer,
)

from mlxs.backends import Progress
from mlxs.errors import MlxsError

from .options import TextOptions
from .tokenizer import Tokenizer

LENGTHS = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
"""What configurations call the number of tokens a model was made for."""
DEFAULTS = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
"""What of `generation_config.json` says how to sample."""


@dataclass(frozen=True)
class Checkpoint:
    """A model that is loaded.

    Args:
        model: The network, as mlx-lm built it.
        config: `config.json`, the text model's part first where it has several.
        defaults: Sampling the checkpoint recommends, by the names of `SamplingParams`.
    """

    directory: Path
    model: Any
    config: dict[str, Any]
    tokenizer: Tokenizer
    defaults: dict[str, float]

    @property
    def context_length(self) -> int | None:
        """Tokens the model was made for; None where its files do not say."""
        return next((int(self.config[name]) for name in LENGTHS if self.config.get(name)), None)

    @property
    def response_template(self) -> dict[str, Any] | None:
        """What the checkpoint declares of its answers; None where it declares nothing."""
        declared = _json(self.directory / "tokenizer_config.json").get("response_template")
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


def load(directory: Path, options: TextOptions, progress: Progress) -> Checkpoint:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    config = _config(directory)
    if not list(directory.glob("model*.safetensors")):
        raise MlxsError(
            f"{directory} has no weights that MLX can read (model*.safetensors); convert the model with "
            "`mlx_lm.convert`, or name a repository that holds it for MLX, such as those of mlx-community"
        )
    try:
        model, _ = load_model(directory, lazy=True, trust_remote_code=options.trust_remote_code)
        if options.adapter_path:
            _adapt(model, options.adapter_path.expanduser())
        _read(model, progress)
        settings: dict[str, Any] = {"trust_remote_code": options.trust_remote_code}
        if options.chat_template_file:
            settings["chat_template_type"] = None  # which would be a template in Python
        tokenizer = load_tokenizer(directory, settings, eos_token_ids=config.get("eos_token_id"))
    except MlxsError:
        raise
    except Exception as error:
        raise MlxsError(_why(directory, config, error)) from error
    tokenizer.model_max_length = int(1e30)  # the context's length is checked elsewhere, and without a warning
    if options.chat_template_file:
        _use_template(tokenizer, options.chat_template_file)
    return Checkpoint(directory, model, config, Tokenizer(tokenizer), _defaults(directory))


def _config(directory: Path) -> dict[str, Any]:
    try:
        config = load_config(directory)
    except FileNotFoundError:
        raise MlxsError(f"{directory} is no model: it has no config.json") from None
    except ValueError as error:
        raise MlxsError(f"{directory / 'config.json'} is not JSON: {error}") from None
    if not isinstance(config, dict) or "model_type" not in config:
        raise MlxsError(f"{directory / 'config.json'} does not say what it is: it has no model_type")
    return {**(config.get("text_config") or config.get("llm_config") or {}), **config}


def _read(model: Any, progress: Progress) -> None:
    """Read the weights, which are lazy until then, telling how far it has come."""
    arrays = _arrays(model)
    total, done = sum(array.nbytes for array in arrays), 0
    for array in arrays:
        mx.eval(array)
        done += array.nbytes
        progress("loading", done, total)


def _arrays(model: Any) -> list[mx.array]:
    named: Any = tree_flatten(model.parameters())
    return [array for _, array in named]


def _floats(array: mx.array) -> int:
    """How many floating-point numbers there are, not counting those packed into integers."""
    return array.size if mx.issubdtype(array.dtype, mx.floating) else 0


def _defaults(directory: Path) -> dict[str, float]:
    said = _json(directory / "generation_config.json")
    return {name: said[name] for name in DEFAULTS if isinstance(said.get(name), int | float) and said[name] >= 0}


def _json(file: Path) -> dict[str, Any]:
    """What a file says that may be missing, or say nothing that can be read."""
    try:
        said = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _adapt(model: Any, directory: Path) -> None:
    try:
        load_adapters(model, str(directory)).eval()
    except Exception as error:
        raise MlxsError(f"--adapter-path: {directory} does not fit this model: {error}") from error


def _use_template(tokenizer: TokenizerWrapper, file: Path) -> None:
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


def _why(directory: Path, config: dict[str, Any], error: Exception) -> str:
    said = str(error)
    if "trust_remote_code" in said:
        return f"{directory} brings code of its own; serve it with --trust-remote-code if you trust it"
    if said.startswith("Model type"):
        return f"mlx-lm has no model of type {config['model_type']!r}; a newer one may: pip install -U mlx-lm"
    return f"{directory} could not be loaded: {type(error).__name__}: {said}"
