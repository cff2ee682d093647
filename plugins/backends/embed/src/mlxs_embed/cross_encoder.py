"""Models that read query and document together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mlx.core as mx

from mlxs.errors import MlxsError, ModelFailed
from mlxs.passes import Passes, Reading
from mlxs.tasks.rerank import RerankRequest, Score

from .encoded import Encoded
from .heads import Qwen3Words
from .loading import Checkpoint
from .padding import side_by_side

BEFORE = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
)
AFTER = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
"""What Qwen3's rerankers were trained with, whichever head they have: https://huggingface.co/Qwen/Qwen3-Reranker-0.6B."""


class CrossEncoder:
    """A network with a head, and how its two texts are put together.

    Args:
        checkpoint: The model.
        instruction: What one that can be told is to look for.
    """

    def __init__(self, checkpoint: Checkpoint, instruction: str) -> None:
        self._checkpoint = checkpoint
        self._instruction = instruction
        self._told = checkpoint.config["model_type"] == "qwen3"
        self._words: mx.array | None = None
        if isinstance(checkpoint.network, Qwen3Words):
            ids = [checkpoint.tokenizer.plain(word) for word in ("no", "yes")]
            if any(len(tokens) != 1 for tokens in ids):
                raise MlxsError(f"{checkpoint.directory} has no tokens for 'yes' and 'no', so it is no reranker")
            self._words = mx.array([tokens[0] for tokens in ids])
        if self._told:
            self._around = checkpoint.tokenizer.plain(BEFORE), checkpoint.tokenizer.plain(AFTER)

    @property
    def details(self) -> dict[str, Any]:
        """What a person may want to know."""
        return {"head": type(self._checkpoint.network).__name__.lower(), "labels": self._checkpoint.labels}

    def pairs(self, request: RerankRequest) -> list[Encoded]:
        """A request for scores, ready for the model. Raises BadRequest."""
        each = [request.query] * len(request.documents) if isinstance(request.query, str) else request.query
        pairs = zip(each, request.documents, strict=True)
        return [self._pair(query, text, f"documents.{number}") for number, (query, text) in enumerate(pairs)]

    def read(self, inputs: list[Encoded]) -> Reading[float]:
        """One pass."""
        yield from ()
        logits = self._checkpoint.network.logits(side_by_side(inputs, self._checkpoint.padding)).astype(mx.float32)
        if self._words is not None:
            logits = logits[:, self._words]
        probabilities = mx.sigmoid(logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0])
        return probabilities.tolist()  # type: ignore[return-value]

    def weigh(self, pairs: list[Encoded], passes: Passes[Encoded, float]) -> Iterator[Score | None]:
        """A score a pair."""
        for told in passes.run(pairs):
            if told is not None and told[1] != told[1]:
                raise ModelFailed("the model's numbers overflowed on this input; use weights in bfloat16 or float32")
            yield None if told is None else Score(told[0], told[1], len(pairs[told[0]]))

    def _pair(self, query: str, document: str, param: str) -> Encoded:
        tokenizer = self._checkpoint.tokenizer
        if not self._told:
            return tokenizer.pair(query, document, param)
        text = f"<Instruct>: {self._instruction}\n<Query>: {query}\n<Document>: {document}"
        before, after = self._around
        return tokenizer.joined(before, tokenizer.plain(text), after, param)
