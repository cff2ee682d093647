"""A FLUX.2 klein of random weights, in a size that is made in a moment, and the real backend that serves it.

mflux has the sizes of its networks in its code, so this changes them there: before a model is made, and
before it is loaded, in whichever process.
"""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlx.core as mx
from mflux.models.common.config.model_config import ModelConfig
from mflux.models.common.weights.saving.model_saver import ModelSaver
from mflux.models.flux2 import flux2_initializer
from mflux.models.flux2.model.flux2_vae import vae
from mflux.models.flux2.variants.txt2img.flux2_klein import Flux2Klein
from mflux.models.flux2.weights.flux2_weight_definition import Flux2KleinWeightDefinition
from mlx import nn
from mlx.utils import tree_map

import mlxs_image
from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec
from mlxs_image.backend import ImageEdit, ImageGeneration

WORDS = 400
NETWORK = {
    "num_layers": 1,
    "num_single_layers": 1,
    "num_attention_heads": 2,
    "attention_head_dim": 32,
    "joint_attention_dim": 192,
    "axes_dims_rope": (8, 8, 8, 8),
}
READER = {
    "vocab_size": WORDS,
    "hidden_size": 64,
    "num_hidden_layers": 28,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "head_dim": 32,
}
LEVELS = (32, 32, 32, 64)


@functools.cache
def shrink() -> None:
    """Have mflux make small networks from now on, and read prompts as short as they are."""
    config = ModelConfig.from_name("flux2-klein-4b")
    config.transformer_overrides, config.text_encoder_overrides = NETWORK, READER
    encoder, decoder = vae.Flux2Encoder, vae.Flux2Decoder
    (tokenizer,) = Flux2KleinWeightDefinition.get_tokenizers()
    small: Any = functools.partial
    vae.Flux2Encoder = small(encoder, block_out_channels=LEVELS, layers_per_block=1)
    vae.Flux2Decoder = small(decoder, layers_per_block=1)
    flux2_initializer.Flux2VAE = small(vae.Flux2VAE, decoder_block_out_channels=LEVELS)
    short: Any = staticmethod(lambda: [replace(tokenizer, padding="longest")])
    Flux2KleinWeightDefinition.get_tokenizers = short


class TinyGeneration(ImageGeneration):
    """The backend, in a process whose networks are small."""

    def __init__(self, options: Any) -> None:
        shrink()
        super().__init__(options)


class TinyEdit(ImageEdit):
    """The other backend, likewise."""

    def __init__(self, options: Any) -> None:
        shrink()
        super().__init__(options)


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    """The plugin's own offers with the backends above, each under a name of its own."""
    generation, edit = mlxs_image.mlxs_backends()
    yield replace(generation, name="tiny-generation", target="tiny:TinyGeneration")
    yield replace(edit, name="tiny-edit", target="tiny:TinyEdit")


def save(directory: Path) -> Path:
    """A model in mflux-save's layout."""
    shrink()
    mx.random.seed(0)
    model = Flux2Klein.__new__(Flux2Klein)
    nn.Module.__init__(model)
    model.small_text_encoder, model.bits = False, None
    flux2_initializer.Flux2Initializer._init_config(model, ModelConfig.from_name("flux2-klein-4b"))
    flux2_initializer.Flux2Initializer._init_models(model)
    for part in (model.vae, model.transformer, model.text_encoder):
        part.update(tree_map(lambda array: array.astype(mx.bfloat16), part.parameters()))
    ModelSaver.save_model(model, None, str(directory), Flux2KleinWeightDefinition)
    tokenizer(directory / "tokenizer")
    return directory


def tokenizer(directory: Path) -> None:
    """Bytes, and pairs of them that are frequent in a file of Python's."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer: Any = trainers.BpeTrainer(
        vocab_size=WORDS, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    made.train([argparse.__file__], trainer)
    directory.mkdir(parents=True, exist_ok=True)
    made.save(str(directory / "tokenizer.json"))
    said = {
        "tokenizer_class": "Qwen2Tokenizer",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}",
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(said))
