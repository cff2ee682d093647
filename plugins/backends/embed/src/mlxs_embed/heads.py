"""Rerankers: networks with a head that says how well a document answers a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mlx.core as mx
import mlx.nn as nn
from mlx_embeddings.models import bert, modernbert, qwen3, xlm_roberta

from .networks import Bert, ModernBert, Qwen3, Roberta, Weights
from .padding import Batch


class BertHead(Bert):
    """`BertForSequenceClassification`."""

    def __init__(self, config: Any, labels: int) -> None:
        super().__init__(config)
        self.classifier = nn.Linear(config.hidden_size, labels)

    def logits(self, batch: Batch) -> mx.array:
        """Shape (inputs, labels)."""
        return self.classifier(self.pooler(self.states(batch)))


class RobertaHead(Roberta):
    """`XLMRobertaForSequenceClassification` and `RobertaForSequenceClassification`."""

    def __init__(self, config: Any, labels: int) -> None:
        super().__init__(config)
        self.classifier = {
            "dense": nn.Linear(config.hidden_size, config.hidden_size),
            "out_proj": nn.Linear(config.hidden_size, labels),
        }

    def logits(self, batch: Batch) -> mx.array:
        """Shape (inputs, labels)."""
        first = self.states(batch)[:, 0]
        return self.classifier["out_proj"](mx.tanh(self.classifier["dense"](first)))


class ModernBertHead(ModernBert):
    """`ModernBertForSequenceClassification`; the library makes the head."""

    def __init__(self, config: Any, labels: int) -> None:
        config.is_regression, config.id2label = False, {str(label): "" for label in range(labels)}
        super().__init__(config)

    def logits(self, batch: Batch) -> mx.array:
        """Shape (inputs, labels)."""
        states = self.states(batch)
        if self.config.classifier_pooling == "cls":
            pooled = states[:, 0]
        else:
            real = batch.real[..., None]
            pooled = mx.where(real, states, 0).sum(1) / batch.lengths[:, None].astype(states.dtype)
        return self.classifier(self.head(pooled))


class Qwen3Head(Qwen3):
    """`Qwen3ForSequenceClassification`: a head on the last token."""

    def __init__(self, config: Any, labels: int) -> None:
        super().__init__(config)
        self.score = nn.Linear(config.hidden_size, labels, bias=False)

    def sanitize(self, weights: Weights) -> Weights:
        head = {name: weight for name, weight in weights.items() if name.startswith("score.")}
        return {**super().sanitize(weights), **head}

    def logits(self, batch: Batch) -> mx.array:
        """Shape (inputs, labels)."""
        return self.score(_last(self.states(batch), batch))


class Qwen3Words(Qwen3):
    """`Qwen3ForCausalLM` that says its verdict in a word."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        if not config.tie_word_embeddings:
            self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)

    def sanitize(self, weights: Weights) -> Weights:
        head = {name: weight for name, weight in weights.items() if name.startswith("lm_head.") and "lm_head" in self}
        kept = {name: weight for name, weight in weights.items() if not name.startswith("lm_head.")}
        return {**super().sanitize(kept), **head}

    def logits(self, batch: Batch) -> mx.array:
        """Of every token of the vocabulary: shape (inputs, vocabulary)."""
        last = _last(self.states(batch), batch)
        return self.lm_head(last) if "lm_head" in self else self.model.embed_tokens.as_linear(last)


CLASSIFIERS: Mapping[str, tuple[type[Any], type[Any]]] = {
    "BertForSequenceClassification": (BertHead, bert.ModelArgs),
    "RobertaForSequenceClassification": (RobertaHead, xlm_roberta.ModelArgs),
    "XLMRobertaForSequenceClassification": (RobertaHead, xlm_roberta.ModelArgs),
    "ModernBertForSequenceClassification": (ModernBertHead, modernbert.ModelArgs),
    "Qwen3ForSequenceClassification": (Qwen3Head, qwen3.ModelArgs),
}
"""Network and arguments of each architecture that has a head for classes."""


def _last(states: mx.array, batch: Batch) -> mx.array:
    return states[mx.arange(states.shape[0]), batch.last]
