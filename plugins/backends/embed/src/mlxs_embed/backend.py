"""The `embeddings` backend: a model that makes vectors of texts, or one that weighs documents."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten

from mlxs.backends import Backend, ModelInfo, Progress
from mlxs.errors import BadRequest, MlxsError
from mlxs.hub import FILES, find
from mlxs.passes import Passes
from mlxs.tasks.embedding import EmbeddingModel, EmbeddingRequest, Vector
from mlxs.tasks.rerank import RerankModel, RerankRequest, Score

from .bi_encoder import BiEncoder, Compared, Texts
from .cross_encoder import CrossEncoder
from .encoded import Encoded
from .loading import Checkpoint, load
from .options import EmbedOptions


class Embeddings(Backend[EmbedOptions], EmbeddingModel, RerankModel):
    """One model. Whatever waits, of whichever requests, is read together."""

    _model: BiEncoder | CrossEncoder
    _passes: Passes[Encoded, Any]

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        checkpoint = load(find(options.model_path, progress, files=(*FILES, "*/model*.safetensors")), options, progress)
        self._model = CrossEncoder(checkpoint, options.instruction) if checkpoint.labels else BiEncoder(checkpoint)
        self._passes = Passes(self._model.read, inputs=options.batch_size, tokens=options.batch_tokens)
        return ModelInfo(
            context_length=checkpoint.limit,
            concurrency=options.concurrency or 64,
            details={**_details(checkpoint), **self._model.details},
        )

    def prepare(self, request: EmbeddingRequest | RerankRequest) -> Texts | Compared | list[Encoded]:
        if isinstance(request, RerankRequest):
            return self._model.compared(request) if isinstance(self._model, BiEncoder) else self._model.pairs(request)
        if isinstance(self._model, CrossEncoder):
            raise BadRequest(
                "this model weighs documents against a query, at /v1/rerank, and makes no vectors; serve an embedding "
                "model for those",
                param="model",
            )
        return self._model.texts(request)

    def advance(self) -> None:
        self._passes.advance()

    def embed(self, request: Texts) -> Iterator[Vector | None]:
        assert isinstance(self._model, BiEncoder)
        return self._model.embed(request, self._passes)

    def rerank(self, request: Compared | list[Encoded]) -> Iterator[Score | None]:
        if isinstance(self._model, BiEncoder):
            assert isinstance(request, Compared)
            return self._model.compare(request, self._passes)
        assert isinstance(request, list)
        return self._model.weigh(request, self._passes)

    def close(self) -> None:
        mx.clear_streams()  # or the process may abort as it exits


def _details(checkpoint: Checkpoint) -> dict[str, Any]:
    named: Any = tree_flatten(checkpoint.network.parameters())
    return {
        "model_type": checkpoint.config.get("model_type"),
        "quantization": checkpoint.config.get("quantization"),
        "bytes": sum(array.nbytes for _, array in named),
    }
