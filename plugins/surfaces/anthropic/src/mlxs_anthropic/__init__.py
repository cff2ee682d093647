"""Anthropic's API for mlxs."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import SurfaceSpec


@hookimpl
def mlxs_surfaces() -> Iterator[SurfaceSpec]:
    yield SurfaceSpec(name="anthropic", target="mlxs_anthropic.router:router", summary="Messages and count_tokens")
