"""A multimodal checkpoint, loaded: the network, and what makes of pictures and sounds what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlx_lm.utils import load_tokenizer
from mlx_vlm.utils import load_image_processor, load_model, load_processor

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs_decoding.checkpoint import Checkpoint, read_config, read_defaults, read_json, read_weights, use_template
from mlxs_decoding.tokenizer import Tokenizer

from .options import VisionOptions

OWN_CODE = "{} brings code of its own; serve it with --trust-remote-code if you trust it"


@dataclass(frozen=True)
class Multimodal(Checkpoint):
    """A multimodal model that is loaded.

    Args:
        processor: mlx-vlm's, or transformers'.
    """

    processor: Any


def load(directory: Path, options: VisionOptions, progress: Progress) -> Multimodal:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    config = read_config(directory)
    settings: dict[str, Any] = {"trust_remote_code": options.trust_remote_code}
    if "model_file" in config and not options.trust_remote_code:  # mlx-vlm would run it unasked
        raise MlxsError(OWN_CODE.format(directory))
    try:
        model = load_model(directory, lazy=True, **settings)
        read_weights(model, progress)
        processor = _processor(directory, config, settings)
        tokenizer = load_tokenizer(directory, settings, eos_token_ids=config.get("eos_token_id"))
    except MlxsError:
        raise
    except Exception as error:
        raise MlxsError(_why(directory, config, error)) from error
    if not hasattr(model, "get_input_embeddings") or not hasattr(model, "language_model"):
        raise MlxsError(f"{directory}: a model of type {config['model_type']!r} cannot be talked with")
    tokenizer.model_max_length = int(1e30)  # the context's length is checked elsewhere, and without a warning
    if options.chat_template_file:
        use_template(tokenizer, options.chat_template_file)
    elif not tokenizer.has_chat_template and (template := _template(directory, processor)):
        tokenizer.chat_template = template
        tokenizer.has_chat_template = True
    return Multimodal(directory, model, config, Tokenizer(tokenizer), read_defaults(directory), processor)


def _processor(directory: Path, config: dict[str, Any], settings: dict[str, Any]) -> Any:
    processor = load_processor(directory, True, eos_token_ids=config.get("eos_token_id"), **settings)
    if (own := load_image_processor(directory, **settings)) is not None:
        processor.image_processor = own
    return processor


def _template(directory: Path, processor: Any) -> Any:
    """A chat template that lies beside the tokenizer's files, or came with the processor's."""
    return read_json(directory / "chat_template.json").get("chat_template") or getattr(processor, "chat_template", None)


def _why(directory: Path, config: dict[str, Any], error: Exception) -> str:
    said = str(error)
    if "trust_remote_code" in said:
        return OWN_CODE.format(directory)
    if "not supported" in said and config["model_type"] in said:
        return f"mlx-vlm has no model of type {config['model_type']!r}; a newer one may: pip install -U mlx-vlm"
    return f"{directory} could not be loaded: {type(error).__name__}: {said}"
