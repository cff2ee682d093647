"""A checkpoint, loaded: its network, its tokenizer, and what its files say of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_embeddings.utils import load_model
from transformers import AutoTokenizer

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.weights import materialise

from .encoded import Tokenizer
from .files import read
from .heads import CLASSIFIERS, Qwen3Words
from .networks import ENCODERS
from .options import EmbedOptions

OTHERS = ("siglip", "colqwen2_5", "colidefics3", "qwen3_vl", "llama_nemotron_vl", "lfm2")
"""What mlx-embeddings has besides: models that read pictures, or make many vectors of a text."""


@dataclass(frozen=True)
class Checkpoint:
    """A model that is loaded.

    Args:
        config: `config.json`.
        network: One of `ENCODERS`, `CLASSIFIERS`, or `Qwen3Words`.
        labels: Of its head; 0 where it has none.
        limit: Tokens of an input at most.
    """

    directory: Path
    config: dict[str, Any]
    network: Any
    labels: int
    tokenizer: Tokenizer
    limit: int | None

    @property
    def padding(self) -> int:
        """The token that fills inputs up."""
        return int(self.config.get("pad_token_id") or 0)


def load(directory: Path, options: EmbedOptions, progress: Progress) -> Checkpoint:
    """Load a checkpoint from its directory. Raises MlxsError that says what is wrong with it."""
    config = read(directory / "config.json", dict)
    if config is None:
        raise MlxsError(f"{directory} is no model: it has no config.json")
    kind, labels = _network(directory, config, options)
    try:
        network = load_model(directory, lazy=True, get_model_classes=kind)
        named: Any = tree_flatten(network.parameters())
        materialise((array for _, array in named), mx.eval, progress)
        spoken = AutoTokenizer.from_pretrained(directory, trust_remote_code=options.trust_remote_code)
    except FileNotFoundError as error:
        raise MlxsError(
            f"{directory} has no weights that MLX can read (model*.safetensors); convert the model with "
            "`python -m mlx_embeddings.convert`, or name a repository that holds it for MLX"
        ) from error
    except Exception as error:
        raise MlxsError(f"{directory} could not be loaded: {type(error).__name__}: {error}") from error
    sentences = read(directory / "sentence_bert_config.json", dict) or {}
    limit = _limit(config, spoken.model_max_length, sentences.get("max_seq_length"), options.context_length)
    spoken.model_max_length = int(1e30)  # what is too long is refused elsewhere, and without a warning
    tokenizer = Tokenizer(
        spoken,
        limit=limit,
        truncate=options.truncate,
        vocabulary_size=config["vocab_size"],
        lower=bool(sentences.get("do_lower_case")),
    )
    return Checkpoint(directory, config, network, labels, tokenizer, limit)


def _network(directory: Path, config: dict[str, Any], options: EmbedOptions) -> tuple[Callable[..., Any], int]:
    """What tells the library which classes to use, and how many labels the head has."""
    (architecture, *_) = config.get("architectures") or [""]
    kind = str(config.get("model_type")).replace("-", "_")
    if kind in OTHERS:
        raise MlxsError(
            f"{directory} is a {kind} model, which reads pictures or makes many vectors of a text; "
            "--model-type embeddings serves models that make one vector of a text, and rerankers"
        )
    if kind not in ENCODERS:
        raise MlxsError(
            f"{directory} is a {kind} model; --model-type embeddings knows {', '.join(sorted(ENCODERS))}. "
            "Language models make vectors too: serve it with --model-type lm"
        )
    if architecture in CLASSIFIERS and options.task != "embedding":
        labels = 1 if config.get("is_regression") else len(config.get("id2label") or "--")  # two where none are named
        if labels > 2:
            raise MlxsError(f"{directory} sorts texts into {labels} classes; a reranker has one, or no and yes")
        network, arguments = CLASSIFIERS[architecture]
        return lambda config: (lambda args: network(args, labels), arguments, None, None), labels
    named = f"{options.model_path} {directory.name}".lower()
    if options.task == "rerank" or (options.task == "auto" and "rerank" in named):
        if kind != "qwen3":
            raise MlxsError(f"{directory} has no head for reranking: its architecture is {architecture or 'not said'}")
        return lambda config: (Qwen3Words, CLASSIFIERS["Qwen3ForSequenceClassification"][1], None, None), 2
    return lambda config: (*ENCODERS[kind], None, None), 0


def _limit(config: dict[str, Any], tokenizer: int, trained: int | None, wanted: int | None) -> int | None:
    """Tokens of an input at most: as many as wanted, or as the model was trained for, where there are places."""
    places = config.get("max_position_embeddings")
    if places and "roberta" in config["model_type"]:
        places -= int(config.get("pad_token_id", 1)) + 1  # the first places belong to padding
    if wanted and places and wanted > places:
        raise MlxsError(f"--context-length: this model has places for {places} tokens, {wanted} are too many")
    return wanted or min([said for said in (places, trained, tokenizer) if said and said < 10**9], default=None)
