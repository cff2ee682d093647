"""A checkpoint, loaded, whether it is laid out for mlx-whisper or as OpenAI and others publish it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_flatten, tree_unflatten
from mlx_whisper.whisper import ModelDimensions, Whisper

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.weights import materialise

FILES = ("*.json", "weights.safetensors", "weights.npz", "model.safetensors")
WEIGHTS = ("weights.safetensors", "weights.npz", "model.safetensors")

DIMENSIONS: Mapping[str, str] = {
    "n_mels": "num_mel_bins",
    "n_audio_ctx": "max_source_positions",
    "n_audio_state": "d_model",
    "n_audio_head": "encoder_attention_heads",
    "n_audio_layer": "encoder_layers",
    "n_vocab": "vocab_size",
    "n_text_ctx": "max_target_positions",
    "n_text_state": "d_model",
    "n_text_head": "decoder_attention_heads",
    "n_text_layer": "decoder_layers",
}
"""What Hugging Face's `config.json` calls the model's sizes."""
NAMES: Mapping[str, str] = {
    r"^model\.": "",
    r"\.layers\.": ".blocks.",
    r"\.self_attn_layer_norm\.": ".attn_ln.",
    r"\.encoder_attn_layer_norm\.": ".cross_attn_ln.",
    r"\.final_layer_norm\.": ".mlp_ln.",
    r"\.self_attn\.": ".attn.",
    r"\.encoder_attn\.": ".cross_attn.",
    r"\.q_proj\.": ".query.",
    r"\.k_proj\.": ".key.",
    r"\.v_proj\.": ".value.",
    r"\.out_proj\.": ".out.",
    r"\.fc(\d)\.": r".mlp\1.",
    r"^encoder\.layer_norm\.": "encoder.ln_post.",
    r"^decoder\.layer_norm\.": "decoder.ln.",
    r"^decoder\.embed_tokens\.": "decoder.token_embedding.",
    r"^decoder\.embed_positions\.weight": "decoder.positional_embedding",
}
"""What it calls their weights."""


def load(directory: Path, progress: Progress) -> Whisper:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    try:
        config: dict[str, Any] = json.loads((directory / "config.json").read_text())
        file = next((directory / name for name in WEIGHTS if (directory / name).exists()), None)
        if file is None:
            raise MlxsError(f"{directory} has none of {', '.join(WEIGHTS)}; name a directory or a repository that has")
        if config.get("model_type", "whisper") != "whisper":
            raise MlxsError(
                f"{directory} is a {config['model_type']} model, no whisper; --model-type speech may know it"
            )
        weights: Any = mx.load(str(file))
        published = "d_model" in config
        sizes = {ours: config[theirs if published else ours] for ours, theirs in DIMENSIONS.items()}
        model = _built(sizes, config.get("quantization"), _renamed(weights) if published else weights)
        if published:
            _align(model, directory)
    except FileNotFoundError:
        raise MlxsError(f"{directory} is no model: it has no config.json") from None
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise MlxsError(f"{directory} could not be loaded: {type(error).__name__}: {error}") from error
    named: Any = tree_flatten(model.parameters())
    materialise((array for _, array in named), mx.eval, progress)
    return model


def _built(sizes: dict[str, int], quantization: dict[str, Any] | None, weights: dict[str, mx.array]) -> Whisper:
    dtype = weights["decoder.positional_embedding"].dtype
    model = Whisper(ModelDimensions(**sizes), dtype)
    if quantization:
        kinds = (nn.Linear, nn.Embedding)
        nn.quantize(
            model,
            **quantization,
            class_predicate=lambda path, module: isinstance(module, kinds) and f"{path}.scales" in weights,
        )
    expected = dict(tree_flatten(model.parameters()))
    if missing := expected.keys() - weights.keys() - {"alignment_heads"}:
        raise MlxsError(f"the checkpoint has no {min(missing)!r}: it is damaged, or no whisper model")
    model.update(tree_unflatten([(name, array) for name, array in weights.items() if name in expected]))
    return model


def _renamed(weights: dict[str, mx.array]) -> dict[str, mx.array]:
    """Weights by mlx-whisper's names, convolutions with their channels last."""
    renamed: dict[str, mx.array] = {}
    for name, array in weights.items():
        for theirs, ours in NAMES.items():
            name = re.sub(theirs, ours, name)
        if name in ("encoder.conv1.weight", "encoder.conv2.weight"):
            array = array.swapaxes(1, 2)
        renamed[name] = array
    return renamed


def _align(model: Whisper, directory: Path) -> None:
    """Take the heads that tell words' times from the checkpoint, where it names them."""
    file = directory / "generation_config.json"
    heads = json.loads(file.read_text()).get("alignment_heads") if file.exists() else None
    if heads:
        model.set_alignment_heads(np.array(heads))
