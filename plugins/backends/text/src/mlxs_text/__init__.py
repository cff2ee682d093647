"""Language models for mlxs, by way of mlx-lm."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="lm",
        target="mlxs_text.backend:LanguageModel",
        options="mlxs_text.options:TextOptions",
        explain="mlxs_decoding.advice:explain",
        capabilities=("chat", "completion", "tokens", "embedding"),
        recognises=("key=model_type",),
        requires=("mlx_lm",),
        install="pip install 'mlxs-text[cpu]'",
        summary="Language models, decoded together with mlx-lm.",
    )
