"""OpenAI's API for mlxs."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import SurfaceSpec


@hookimpl
def mlxs_surfaces() -> Iterator[SurfaceSpec]:
    yield SurfaceSpec(name="openai", target="mlxs_openai.router:router", summary="Chat Completions, Responses, Models")
