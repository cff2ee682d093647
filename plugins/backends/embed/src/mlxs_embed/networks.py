"""The networks of mlx-embeddings, asked for what they do not answer: every token's state, and a reranker's logits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import mlx.core as mx
import mlx.nn as nn
from mlx_embeddings.models import bert, gemma3_text, llama_bidirec, modernbert, qwen3, xlm_roberta

from .padding import Batch

Weights = dict[str, mx.array]

MODULE = re.compile(r"\d+_\w+\.")
"""What the library puts before the weights of sentence-transformers' other modules."""


class BertLike:
    """What BERT and its likes have in common."""

    prefix: ClassVar[str]
    pooling: ClassVar[str] = "mean"

    def sanitize(self, weights: Weights) -> Weights:
        weights = super().sanitize(_bare(weights, self.prefix, without=("cls.", "lm_head.")))  # type: ignore[misc]
        if not any(name.startswith("pooler.") for name in weights):
            self.pooler = nn.Identity()  # many a checkpoint has none, and nobody asks it
        return weights

    def states(self: Any, batch: Batch) -> mx.array:
        mask = batch.real.astype(self.embeddings.LayerNorm.weight.dtype)
        states: mx.array = self(batch.ids, token_type_ids=batch.types, attention_mask=mask).last_hidden_state
        return states


class Bert(BertLike, bert.Model):
    """BERT."""

    prefix = "bert."


class Roberta(BertLike, xlm_roberta.Model):
    """XLM-RoBERTa, and RoBERTa, which differ in their tokenizers."""

    prefix = "roberta."


class ModernBert(modernbert.Model):
    """ModernBERT."""

    @property
    def pooling(self) -> str:
        return str(self.config.classifier_pooling)

    def sanitize(self, weights: Weights) -> Weights:
        return super().sanitize(_bare(weights))

    def states(self, batch: Batch) -> mx.array:
        network = self.model
        everywhere, nearby = batch.seen(), batch.seen(window=self.config.local_attention // 2)
        states = network.embeddings(batch.ids)
        for layer in network.layers:
            (states,) = layer(states, attention_mask=everywhere, sliding_window_mask=nearby)
        return network.final_norm(states)


class Qwen3(qwen3.Model):
    """Qwen3, which sees only what came before."""

    pooling: ClassVar[str] = "lasttoken"

    def sanitize(self, weights: Weights) -> Weights:
        return super().sanitize(_bare(weights, without=("score.",)))

    def states(self, batch: Batch) -> mx.array:
        return self.model(batch.ids, attention_mask=batch.seen(causal=True))


class Gemma3(gemma3_text.Model):
    """Gemma 3 that sees both ways, all of it in every `sliding_window_pattern`-th layer, and near in the others.

    https://huggingface.co/google/embeddinggemma-300m/blob/main/config.json: the window counts both sides.
    """

    pooling: ClassVar[str] = "mean"

    def states(self, batch: Batch) -> mx.array:
        network = self.model
        everywhere, nearby = batch.seen(), batch.seen(window=self.config.sliding_window // 2)
        states = network.embed_tokens(batch.ids)
        states = states * mx.array(self.config.hidden_size**0.5).astype(states.dtype)
        for number, layer in enumerate(network.layers, 1):
            states = layer(states, nearby if number % self.config.sliding_window_pattern else everywhere)
        return network.norm(states)


class LlamaBothWays(llama_bidirec.Model):
    """Llama that sees both ways."""

    pooling: ClassVar[str] = "mean"

    def sanitize(self, weights: Weights) -> Weights:
        return super().sanitize(_bare(weights, without=("score.",)))

    def states(self, batch: Batch) -> mx.array:
        return self.model(batch.ids, batch.seen())


ENCODERS: Mapping[str, tuple[type[Any], type[Any]]] = {
    "bert": (Bert, bert.ModelArgs),
    "roberta": (Roberta, xlm_roberta.ModelArgs),
    "xlm_roberta": (Roberta, xlm_roberta.ModelArgs),
    "modernbert": (ModernBert, modernbert.ModelArgs),
    "qwen3": (Qwen3, qwen3.ModelArgs),
    "gemma3_text": (Gemma3, gemma3_text.ModelArgs),
    "llama_bidirec": (LlamaBothWays, llama_bidirec.ModelArgs),
}
"""Network and arguments of each `model_type`."""


def _bare(weights: Weights, prefix: str = "", without: tuple[str, ...] = ()) -> Weights:
    """The weights of the network alone, without the name of what it is a part of."""
    named = {name.removeprefix(prefix): weight for name, weight in weights.items() if not MODULE.match(name)}
    return {name: weight for name, weight in named.items() if not name.startswith(without)} if without else named
