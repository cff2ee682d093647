"""From every token's state to one vector, as the checkpoint's sentence-transformers files say.

`modules.json` names the steps, `1_Pooling/config.json` how tokens become one, and each `N_Dense`
is a layer after that: https://sbert.net/docs/package_reference/sentence_transformer/models.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn

from mlxs.errors import MlxsError

from .files import read
from .padding import Batch

MODES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""What `1_Pooling/config.json` calls each way, in the order in which the vectors of several are joined."""
ACTIVATIONS: Mapping[str, Callable[[mx.array], mx.array]] = {
    "Identity": lambda x: x,
    "Tanh": mx.tanh,
    "ReLU": nn.relu,
    "GELU": nn.gelu,
    "SiLU": nn.silu,
}
Layer = Callable[[mx.array], mx.array]


@dataclass(frozen=True)
class Pooling:
    """How tokens' states become a vector.

    Args:
        modes: From `MODES`; the vectors of several are put one after the other.
        layers: What is done to the vector then.
    """

    modes: tuple[str, ...]
    layers: tuple[Layer, ...] = ()

    def __call__(self, states: mx.array, batch: Batch) -> mx.array:
        """Vectors, not normalised: from (inputs, longest, size) to (inputs, dimensions), float32."""
        states = states.astype(mx.float32)
        vectors = mx.concatenate([_pooled(mode, states, batch) for mode in self.modes], axis=-1)
        for layer in self.layers:
            vectors = layer(vectors)
        return vectors.astype(mx.float32)


def pooling(directory: Path, network: Any) -> Pooling:
    """What a checkpoint's files say, or what its network is known for. Raises MlxsError where we cannot do it."""
    modules = read(directory / "modules.json", list) or []
    own = list(getattr(network, "dense", ()))
    if not modules:
        return Pooling((network.pooling,), tuple(own))
    modes: tuple[str, ...] = ()
    layers: list[Layer] = []
    for module in modules:
        kind, path = str(module.get("type")).rpartition(".")[2], directory / module.get("path", "")
        match kind:
            case "Transformer" | "Normalize":  # vectors are normalised in any case
                continue
            case "Pooling":
                modes = _modes(path / "config.json")
            case "Dense":
                layers.append(_dense(path, own.pop(0) if own else None))
            case _:
                raise MlxsError(f"{directory} has a step {kind!r} after its network, which is not known here")
    return Pooling(modes or (network.pooling,), tuple(layers))


def _modes(file: Path) -> tuple[str, ...]:
    config = read(file, dict) or {}
    named = config.get("pooling_mode")
    modes = [named] if isinstance(named, str) else named or [mode for key, mode in MODES.items() if config.get(key)]
    if unknown := set(modes) - set(MODES.values()):
        raise MlxsError(f"{file} wants tokens pooled by {min(unknown)!r}, which is not known here")
    if config.get("include_prompt") is False:
        raise MlxsError(f"{file} wants the prompt's tokens left out of the vector, which is not done here")
    return tuple(mode for mode in MODES.values() if mode in modes)


def _pooled(mode: str, states: mx.array, batch: Batch) -> mx.array:
    real, lengths = batch.real[..., None], batch.lengths[:, None]
    match mode:
        case "cls":
            return states[:, 0]
        case "lasttoken":
            return states[mx.arange(states.shape[0]), batch.last]
        case "max":
            return mx.where(real, states, -mx.inf).max(1)
        case "weightedmean":
            weights = mx.where(real, mx.arange(1, states.shape[1] + 1)[None, :, None], 0)
            return mx.where(real, states * weights, 0).sum(1) / weights.sum(1)
    total = mx.where(real, states, 0).sum(1)
    return total / (mx.sqrt(lengths) if mode == "mean_sqrt_len_tokens" else lengths)


def _dense(path: Path, own: Layer | None) -> Layer:
    """A layer from its own directory, or the one that the network brought along."""
    config = read(path / "config.json", dict) or {}
    name = str(config.get("activation_function", "torch.nn.modules.activation.Tanh")).rpartition(".")[2]
    if name not in ACTIVATIONS:
        raise MlxsError(f"{path} wants the activation {name!r}; known are {', '.join(ACTIVATIONS)}")
    if own is None:
        if not (path / "model.safetensors").exists():
            raise MlxsError(f"{path} has no model.safetensors; convert its weights to safetensors")
        weights: Any = mx.load(str(path / "model.safetensors"))
        rows, columns = weights["linear.weight"].shape
        own = linear = nn.Linear(columns, rows, bias="linear.bias" in weights)
        linear.load_weights([(key.removeprefix("linear."), weight) for key, weight in weights.items()])
    activation, layer = ACTIVATIONS[name], own
    return lambda vectors: activation(layer(vectors))
