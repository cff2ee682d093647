"""Models that make and change pictures for mlxs, by way of mflux."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    kinds = {
        "image-generation": (("image", "image-edit"), "Pictures from words, and from other pictures, with mflux."),
        "image-edit": (("image-edit",), "Pictures changed as words say, with mflux."),
    }
    for name, (capabilities, summary) in kinds.items():
        yield BackendSpec(
            name=name,
            target="mlxs_image.backend:Images",
            options="mlxs_image.options:ImageOptions",
            capabilities=capabilities,
            requires=("mflux",),
            install="pip install 'mlxs-image[cpu]'",
            summary=summary,
        )
