"""Tiny models of several architectures, made here, and a loop that drives a backend as the engine does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mlx.core as mx
import pytest
from mlx.utils import tree_flatten
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from mlxs.requests import ChatRequest, CompletionRequest, Message, SamplingParams
from mlxs.testing.loop import Answer, Loop
from mlxs_text.backend import LanguageModel
from mlxs_text.options import TextOptions

TEMPLATE = """\
{%- for message in messages %}{%- if message.role == 'wizard' %}{{ raise_exception('no wizards') }}{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + message.content.split('</think>')[-1] + '<|im_end|>\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' + ('<think>\\n' if think else '') }}{%- endif %}"""
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
VOCABULARY = 512
SIZES = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 96,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "vocab_size": VOCABULARY,
    "rms_norm_eps": 1e-6,
    "max_position_embeddings": 1024,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "qwen3": SIZES,
    # every other layer remembers the last 16 tokens only
    "gemma3_text": {
        **SIZES,
        "query_pre_attn_scalar": 32,
        "rope_local_base_freq": 10000.0,
        "sliding_window": 16,
        "sliding_window_pattern": 2,
    },
    # convolutions whose state cannot be taken back, and one layer of attention
    "lfm2": {
        **{name: SIZES[name] for name in SIZES if name not in ("rms_norm_eps", "head_dim", "tie_word_embeddings")},
        "num_hidden_layers": 3,
        "full_attn_idxs": [1],
        "norm_eps": 1e-5,
        "conv_bias": False,
        "conv_L_cache": 3,
        "block_dim": 64,
        "block_ff_dim": 96,
        "block_multiple_of": 32,
        "block_ffn_dim_multiplier": 1.0,
        "block_auto_adjust_ff_dim": False,
    },
}
SPREAD = {"lfm2": 2}
"""How far weights are blown up, so that a model with nothing to say says different things nevertheless."""


def make_tokenizer(directory: Path, added: tuple[str, ...] = ("<think>", "</think>")) -> Tokenizer:
    """A byte-level BPE, trained on a file of the standard library."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    size = VOCABULARY - len(SPECIAL) - len(added)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train([argparse.__file__], trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in added])
    tokenizer.save(str(directory / "tokenizer.json"))
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "chat_template": TEMPLATE}
    (directory / "tokenizer_config.json").write_text(json.dumps(said))
    return tokenizer


def make_model(directory: Path, kind: str = "qwen3", seed: int = 0, **changed: Any) -> Path:
    """A model with random weights: a directory as mlx-lm reads it."""
    directory.mkdir(parents=True)
    ends = make_tokenizer(directory).token_to_id("<|im_end|>")
    config = {"model_type": kind, "eos_token_id": ends, **ARCHITECTURES[kind], **changed}
    (directory / "config.json").write_text(json.dumps(config))
    module = import_module(f"mlx_lm.models.{kind}")
    mx.random.seed(seed)
    model = module.Model(module.ModelArgs.from_dict(config))
    spread = SPREAD.get(kind, 3)
    weights = {name: weight * (spread if weight.ndim > 1 else 1) for name, weight in tree_flatten(model.parameters())}
    mx.save_safetensors(str(directory / "model.safetensors"), weights, {"format": "mlx"})
    return directory


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`model("mamba2")`: the directory of a tiny model, made once."""
    made: dict[str, Path] = {}

    def make(kind: str = "qwen3", **changed: Any) -> Path:
        name = repr((kind, changed))
        if name not in made:
            made[name] = make_model(tmp_path_factory.mktemp(kind) / "model", kind, **changed)
        return made[name]

    return make


@pytest.fixture(scope="session")
def demo() -> Path:
    """The directory of the embedded model, which has learned to talk."""
    if find_spec("mlxs_demo") is None:
        pytest.skip("mlxs-demo is not installed")
    directory: Path = import_module("mlxs_demo").directory()
    return directory


class Talks(Loop[LanguageModel]):
    """A tiny model, loaded, and the loop that drives it."""

    def ask(self, request: str | tuple[int, ...] | ChatRequest, **sampling: Any) -> Answer:
        """Begin a request: a chat, or the text or tokens to go on with; greedy where nothing else is said."""
        if isinstance(request, ChatRequest):
            return self.begin(request)
        params = SamplingParams(**{"temperature": 0.0, "max_tokens": 12, **sampling})
        return self.begin(CompletionRequest(prompt=request, sampling=params))

    def run(self, request: Any, **sampling: Any) -> Answer:
        """One answer, from beginning to end."""
        (answer,) = self.finish(self.ask(request, **sampling))
        return answer


@pytest.fixture(scope="session")
def open_loop(model: Callable[..., Path]) -> Callable[..., Talks]:
    """`open_loop("mamba2", kv_bits=8)`: a backend with a tiny model, loaded, with an empty prompt cache."""

    def make(kind: str = "qwen3", **options: Any) -> Talks:
        settings = {"model_path": str(model(kind)), **options}
        return Talks(LanguageModel(TextOptions(**settings)))

    return make


@pytest.fixture
def loop(open_loop: Callable[..., Talks]) -> Talks:
    return open_loop()


def chat(*turns: str, think: bool = False, **sampling: Any) -> ChatRequest:
    """A conversation: user and assistant in turn."""
    roles = ("user", "assistant") * len(turns)
    return ChatRequest(
        messages=tuple(Message(role=role, content=text) for role, text in zip(roles, turns, strict=False)),
        sampling=SamplingParams(**{"temperature": 0.0, "max_tokens": 12, **sampling}),
        template={"think": think},
    )


@pytest.fixture(name="chat")
def chat_fixture() -> Callable[..., ChatRequest]:
    return chat
