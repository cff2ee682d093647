"""Tiny models of every kind, made here, and a loop that drives a backend as the engine does.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mlxs.testing.turns import results

collect_ignore_glob = [] if find_spec("mlx_embeddings") else ["test_*.py"]

SIZES = {
    "vocab_size": 400,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 96,
    "num_attention_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
}
CAUSAL = {**SIZES, "num_key_value_heads": 1, "head_dim": 32, "rms_norm_eps": 1e-6, "rope_theta": 10000.0}
CONFIGS: dict[str, dict[str, Any]] = {
    "bert": {**SIZES, "type_vocab_size": 2, "architectures": ["BertModel"]},
    "xlm-roberta": {**SIZES, "type_vocab_size": 1, "pad_token_id": 1, "architectures": ["XLMRobertaModel"]},
    "modernbert": {
        **SIZES,
        "num_hidden_layers": 3,
        "local_attention": 8,
        "global_attn_every_n_layers": 3,
        "architectures": ["ModernBertModel"],
    },
    "qwen3": {**CAUSAL, "tie_word_embeddings": True, "architectures": ["Qwen3ForCausalLM"]},
    "gemma3_text": {
        **CAUSAL,
        "query_pre_attn_scalar": 32,
        "rope_local_base_freq": 10000.0,
        "sliding_window": 8,
        "sliding_window_pattern": 2,
        "architectures": ["Gemma3TextModel"],
    },
    "llama_bidirec": {**CAUSAL, "architectures": ["LlamaBidirectionalModel"]},
}
MODULES = "sentence_transformers.models."


@cache
def tokenizer_of(kind: str) -> tuple[str, dict[str, Any]]:
    """Word pieces between [CLS] and [SEP]; for models that read forward, bytes and an end."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    if kind in ("qwen3", "gemma3_text", "llama_bidirec"):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer: Any = trainers.BpeTrainer(
            vocab_size=390, special_tokens=special, initial_alphabet=alphabet, show_progress=False
        )
        tokenizer.train([argparse.__file__], trainer)
        tokenizer.add_tokens(["yes", "no"])
        end = [("<|endoftext|>", 0)]
        single, pair = "$A <|endoftext|>", "$A <|endoftext|> $B:1 <|endoftext|>:1"
        said = {"pad_token": "<|endoftext|>", "eos_token": "<|im_end|>", "padding_side": "left"}
    else:
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        if kind == "xlm-roberta":
            special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"]
        trainer = trainers.WordPieceTrainer(vocab_size=390, special_tokens=special, show_progress=False)
        tokenizer.train([argparse.__file__], trainer)
        end = [(token, special.index(token)) for token in ("[CLS]", "[SEP]")]
        single, pair = "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1"
        said = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    if kind != "bert":
        pair = pair.replace(":1", "")
    tokenizer.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=end)
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if kind == "bert" else [])]
    return tokenizer.to_str(), {**said, "tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": names}


def weights_of(config: dict[str, Any], seed: int, spread: float, dtype: str) -> dict[str, Any]:
    """Random weights by the names that Hugging Face gives them."""
    import mlx.core as mx
    import mlx.nn as nn
    from mlx.utils import tree_flatten

    kind, (architecture, *_) = config["model_type"].replace("-", "_"), config["architectures"]
    module = import_module(f"mlx_embeddings.models.{kind}")
    mx.random.seed(seed)
    weights = dict(tree_flatten(module.Model(module.ModelArgs.from_dict(config)).parameters()))
    labels, size = len(config.get("id2label", "--")), config["hidden_size"]
    heads: dict[str, list[tuple[str, nn.Linear]]] = {
        "BertForSequenceClassification": [("classifier", nn.Linear(size, labels))],
        "XLMRobertaForSequenceClassification": [
            ("classifier.dense", nn.Linear(size, size)),
            ("classifier.out_proj", nn.Linear(size, labels)),
        ],
        "Qwen3ForSequenceClassification": [("score", nn.Linear(size, labels, bias=False))],
    }
    if architecture in heads and kind != "qwen3":
        prefix = "bert." if kind == "bert" else "roberta."
        weights = {prefix + name: w for name, w in weights.items() if kind == "bert" or "pooler" not in name}
    for name, layer in heads.get(architecture, []):
        weights.update({f"{name}.{key}": value for key, value in tree_flatten(layer.parameters())})
    if not config.get("tie_word_embeddings", True) and architecture == "Qwen3ForCausalLM":
        weights["lm_head.weight"] = nn.Linear(size, config["vocab_size"], bias=False).weight
    as_made = getattr(mx, dtype)
    return {name: (w * (spread if w.ndim > 1 else 1)).astype(as_made) for name, w in weights.items()}


def make_model(
    directory: Path,
    kind: str = "bert",
    *,
    modules: list[tuple[str, dict[str, Any]]] | None = None,
    files: dict[str, Any] | None = None,
    seed: int = 0,
    spread: float = 3.0,
    dtype: str = "float32",
    **changed: Any,
) -> Path:
    """A model with random weights.

    Args:
        modules: What sentence-transformers does after the network: kind and configuration.
        files: More JSON files, by name.
        spread: How far the weights are from nought, so that what comes out differs from text to text.
    """
    import mlx.core as mx

    directory.mkdir(parents=True)
    config = {"model_type": kind, **CONFIGS[kind], **changed}
    tokenizer, spoken = tokenizer_of(kind)
    (directory / "tokenizer.json").write_text(tokenizer)
    weights = weights_of(config, seed, spread, dtype)
    mx.save_safetensors(str(directory / "model.safetensors"), weights, {"format": "mlx"})
    written = {"config.json": config, "tokenizer_config.json": spoken, **(files or {})}
    if modules is not None:
        steps = [("Transformer", {}), *modules]
        paths = ["" if not number else f"{number}_{name}" for number, (name, _) in enumerate(steps)]
        written["modules.json"] = [
            {"idx": n, "name": str(n), "path": path, "type": f"{MODULES}{name}"}
            for n, (path, (name, _)) in enumerate(zip(paths, steps, strict=True))
        ]
        for path, (name, configured) in zip(paths[1:], modules, strict=True):
            (directory / path).mkdir()
            written[f"{path}/config.json"] = configured
            if name == "Dense" and kind != "gemma3_text":
                made = {"linear.weight": mx.random.normal((configured["out_features"], configured["in_features"]))}
                if configured.get("bias"):
                    made["linear.bias"] = mx.random.normal((configured["out_features"],))
                mx.save_safetensors(str(directory / path / "model.safetensors"), made)
    for name, said in written.items():
        (directory / name).write_text(json.dumps(said))
    return directory


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`model("bert", dtype="bfloat16")`: the directory of a tiny model, made once."""
    made: dict[str, Path] = {}

    def make(kind: str = "bert", **changed: Any) -> Path:
        name = repr((kind, changed))
        if name not in made:
            made[name] = make_model(tmp_path_factory.mktemp(kind) / "model", kind, **changed)
        return made[name]

    return make


class Loop:
    """A backend, and the loop that moves its answers on."""

    def __init__(self, path: Path, **options: Any) -> None:
        from mlxs_embed.backend import Embeddings
        from mlxs_embed.options import EmbedOptions

        self.backend = Embeddings(EmbedOptions(model_path=str(path), **options))
        self.info = self.backend.load(lambda *_: None)

    def begin(self, request: Any) -> Iterator[Any]:
        """A request under way."""
        prepared = self.backend.prepare(request)
        return self.backend.rerank(prepared) if hasattr(request, "documents") else self.backend.embed(prepared)

    def run(self, *requests: Any) -> list[list[Any]]:
        """What comes of requests that begin together, each in the order of its inputs."""
        told = results(self.backend, map(self.begin, requests))
        return [sorted(result, key=lambda told: told.index) for result in told]

    def vectors(self, *inputs: Any, **asked: Any) -> Any:
        """The vectors of one request, as an array."""
        import numpy as np

        from mlxs.tasks.embedding import EmbeddingRequest

        (told,) = self.run(EmbeddingRequest(inputs=inputs, **asked))
        return np.array([vector.values for vector in told])

    def scores(self, query: Any, *documents: str) -> list[float]:
        """The scores of one request."""
        from mlxs.tasks.rerank import RerankRequest

        (told,) = self.run(RerankRequest(query=query, documents=documents))
        return [score.value for score in told]


@pytest.fixture(scope="session")
def loop(model: Callable[..., Path]) -> Callable[..., Loop]:
    """`loop("bert", dtype=..., options={...})`: a backend with a tiny model, loaded."""
    return lambda kind="bert", options=None, **made: Loop(model(kind, **made), **(options or {}))
