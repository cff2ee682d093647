"""Models that make and change pictures for mlxs, by way of mflux."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec

OURS: dict[str, Any] = {
    "options": "mlxs_image.options:ImageOptions",
    "explain": "mlxs_image.advice:explain",
    "requires": ("mflux",),
    "install": "pip install 'mlxs-image[cpu]', and on Linux pip install --no-deps 'mflux>=0.24,<0.25' as well",
}


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="image-generation",
        target="mlxs_image.backend:ImageGeneration",
        capabilities=("image", "image-edit"),
        recognises=("pipeline=*", "file=transformer"),
        summary="Pictures from words, and from a picture and words, with mflux.",
        **OURS,
    )
    yield BackendSpec(
        name="image-edit",
        target="mlxs_image.backend:ImageEdit",
        capabilities=("image-edit",),
        recognises=("pipeline=*Kontext*", "pipeline=*Edit*"),
        summary="Pictures changed as words say, with mflux.",
        **OURS,
    )
