"""From options to a model of mflux that is loaded."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mflux.models.common.config.model_config import ModelConfig
from mlx.utils import tree_flatten

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.hub import find
from mlxs.specs import attribute
from mlxs.weights import materialise

from .denoising import Family
from .options import ImageOptions
from .presets import Preset

FILES = ("*/*.safetensors", "*/*.json", "tokenizer*/*", "*.jinja", "added_tokens.json", "model_index.json")
"""What of a repository is wanted, in the layout of diffusers or of mflux-save."""

WEIGHTS = "transformer/*.safetensors"


def load(preset: Preset, options: ImageOptions, progress: Progress) -> Family:
    """Load a model. Raises MlxsError that says what is wrong with it, or with the options."""
    if len(options.lora_scales) not in (0, len(options.lora_paths)):
        raise MlxsError(
            f"--lora-scales has {len(options.lora_scales)} numbers and --lora-paths {len(options.lora_paths)}; "
            "give each LoRA one, or none to any"
        )
    if not options.model_path:
        raise MlxsError(f"no model is named; name one with --model-path, such as {preset.repository}")
    directory = find(options.model_path, progress, files=FILES, weights=WEIGHTS)
    if not any(directory.glob(WEIGHTS)):
        raise MlxsError(f"{directory} is no model of pictures: it has no {WEIGHTS}")
    family: type[Family] = attribute(preset.family)
    progress("loading", 0, None)
    try:
        model = attribute(family.loader)(
            model_path=str(directory),
            quantize=None if options.quantize == 16 else options.quantize,
            model_config=ModelConfig.from_name(preset.config),
            **_loras(preset, options),
        )
        materialise(_weights(model), mx.eval, progress)
    except MlxsError:
        raise
    except Exception as error:
        raise MlxsError(f"{directory} could not be loaded as {preset.name}: {type(error).__name__}: {error}") from error
    return family(model)


def details(preset: Preset, family: Family) -> dict[str, Any]:
    """What a person may want to know of a loaded model."""
    size = sum(array.nbytes for array in _weights(family.model))
    return {"config_name": preset.name, "steps": preset.steps, "quantization": family.model.bits, "bytes": size}


def _loras(preset: Preset, options: ImageOptions) -> dict[str, Any]:
    if preset.adaptable:
        return {"lora_paths": options.lora_paths or None, "lora_scales": options.lora_scales or None}
    if options.lora_paths:
        raise MlxsError(f"{preset.name} takes no LoRA; leave --lora-paths out")
    return {}


def _weights(model: Any) -> list[mx.array]:
    named: Any = tree_flatten(model.parameters())
    return [array for _, array in named]
