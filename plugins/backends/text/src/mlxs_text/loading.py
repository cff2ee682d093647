"""A checkpoint, loaded by mlx-lm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlx_lm.utils import load_adapters, load_model, load_tokenizer

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs_decoding.checkpoint import Checkpoint, read_config, read_defaults, read_weights, use_template
from mlxs_decoding.tokenizer import Tokenizer

from .options import TextOptions


def load(directory: Path, options: TextOptions, progress: Progress) -> Checkpoint:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    config = read_config(directory)
    try:
        model, _ = load_model(directory, lazy=True, trust_remote_code=options.trust_remote_code)
        if options.adapter_path:
            _adapt(model, options.adapter_path.expanduser())
        read_weights(model, progress)
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
        use_template(tokenizer, options.chat_template_file)
    return Checkpoint(directory, model, config, Tokenizer(tokenizer), read_defaults(directory))


def _adapt(model: Any, directory: Path) -> None:
    try:
        load_adapters(model, str(directory)).eval()
    except Exception as error:
        raise MlxsError(f"--adapter-path: {directory} does not fit this model: {error}") from error


def _why(directory: Path, config: dict[str, Any], error: Exception) -> str:
    said = str(error)
    if "trust_remote_code" in said:
        return f"{directory} brings code of its own; serve it with --trust-remote-code if you trust it"
    if said.startswith("Model type"):
        return f"mlx-lm has no model of type {config['model_type']!r}; a newer one may: pip install -U mlx-lm"
    return f"{directory} could not be loaded: {type(error).__name__}: {said}"
