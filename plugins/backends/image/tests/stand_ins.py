"""Models of mflux with loops of their own, on networks of a little arithmetic in which all they are given counts."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mflux.callbacks.callback_registry import CallbackRegistry
from mflux.models.common.compute_precision import ComputePrecision
from mflux.models.common.config.model_config import ModelConfig
from mflux.models.common.tokenizer.tokenizer_output import TokenizerOutput
from mflux.utils.image_util import ImageUtil
from mlx import nn

from mlxs.specs import attribute
from mlxs_image.presets import Preset


def gist(value: Any) -> mx.array:
    """A number that depends on everything in a value."""
    if isinstance(value, mx.array):
        flat = value.astype(mx.float32).reshape(-1)
        return mx.mean(flat * mx.cos(mx.arange(flat.size)))
    if isinstance(value, list | tuple):
        return sum((gist(one) * (n + 1) for n, one in enumerate(value)), mx.array(0.0))
    return mx.array(float(value or 0))


class Network:
    """In place of a transformer."""

    def __call__(self, *, config: Any = None, t: int = 0, **said: Any) -> mx.array:
        (latents,) = (said.pop(name) for name in ("hidden_states", "x") if name in said)
        told = sum((gist(value) * (n + 1) for n, (_, value) in enumerate(sorted(said.items()))), mx.array(0.0))
        if "text_encoder_layers" in said:  # FIBO predicts what is not wanted in the same pass
            latents = mx.concatenate([latents * 0.9, latents])
        steered = config is not None and config.model_config.supports_guidance is not False
        moment = config.scheduler.sigmas[t] * (config.guidance if steered else 1) + t if config else 0.0
        return mx.tanh(latents * 0.5 + told + moment * 0.1)


class Vae:
    """In place of the encoder and decoder of pictures."""

    def __init__(self, channels: int, scale: int) -> None:
        self._channels, self._scale = channels, scale

    def encode(self, image: mx.array) -> mx.array:
        small = image[:, :, :: self._scale, :: self._scale]
        return mx.concatenate([small * (1 + n) for n in range(self._channels)], axis=1)[:, : self._channels]

    def decode(self, latents: mx.array) -> mx.array:
        latents = latents[:, :, 0] if latents.ndim == 5 else latents
        large = mx.repeat(mx.repeat(latents[:, :3], self._scale, axis=2), self._scale, axis=3)
        return mx.tanh(large + mx.mean(latents))


class Letters:
    """In place of a tokenizer of transformers: a token a letter."""

    def __call__(self, text: str, **_: Any) -> dict[str, list[int]]:
        return {"input_ids": [ord(letter) for letter in text]}


class Words:
    """In place of mflux's around it."""

    max_length = 512
    template, use_chat_template, add_special_tokens = None, False, True
    tokenizer = Letters()

    def tokenize(self, prompt: Any, **_: Any) -> TokenizerOutput:
        prompts = [prompt] if isinstance(prompt, str) else prompt
        ids = mx.array([self.tokenizer(one)["input_ids"] for one in prompts])
        return TokenizerOutput(ids, mx.ones_like(ids))

    def tokenize_with_image(self, prompt: str, images: list[Any], vl_width: int, vl_height: int) -> Any:
        ids = self.tokenize(prompt).input_ids
        seen = [ImageUtil.to_array(image.resize((vl_width // 32, vl_height // 32))) for image in images]
        return ids, mx.ones_like(ids), mx.concatenate(seen), mx.array([vl_width, vl_height])


def read(input_ids: mx.array, attention_mask: mx.array | None = None, **seen: Any) -> Any:
    """In place of a reader of prompts."""
    states = mx.stack([mx.sin(input_ids * 0.1 * n) for n in range(1, 5)], axis=-1) + gist(tuple(seen.values()))
    if seen.pop("output_hidden_states", False):
        return [states * n for n in range(1, 4)]
    return states if attention_mask is None else (states, attention_mask)


def stand_in(preset: Preset) -> Any:
    """The model of a preset, as its loader would have made it."""
    kind = attribute(attribute(preset.family).loader)
    model = kind.__new__(kind)
    nn.Module.__init__(model)
    model.model_config, model.callbacks = ModelConfig.from_name(preset.config), CallbackRegistry()
    model.tiling_config = model.bits = model.lora_paths = model.lora_scales = None
    model.prompt_cache, model.float32, model.compute_precision = {}, False, ComputePrecision(None)
    model.tokenizers = dict.fromkeys(("t5", "clip", "qwen", "qwen_vl", "fibo", "z_image"), Words())
    model.transformer, model.vae = Network(), Vae(*((48, 16) if preset.name == "fibo" else (16, 8)))
    if preset.name == "z-image-turbo":
        model.text_encoder = lambda ids, mask: read(ids)
        return model
    model.t5_text_encoder = model.clip_text_encoder = model.text_encoder = model.qwen_vl_encoder = read
    return model
