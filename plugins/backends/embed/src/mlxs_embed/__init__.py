"""Embedding models and rerankers for mlxs, by way of mlx-embeddings."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="embeddings",
        target="mlxs_embed.backend:Embeddings",
        explain="mlxs_embed.advice:explain",
        options="mlxs_embed.options:EmbedOptions",
        capabilities=("embedding", "rerank"),
        recognises=(
            "file=modules.json",
            "file=config_sentence_transformers.json",
            "file=1_Pooling",
            "name=*embed*",
            "name=*rerank*",
            "model_type=*bert*",
            "architecture=*ForSequenceClassification",
        ),
        requires=("mlx_embeddings",),
        install="pip install 'mlxs-embed[cpu]'",
        summary="Embedding models and rerankers, by way of mlx-embeddings.",
    )
