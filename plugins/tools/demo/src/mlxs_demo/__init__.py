"""The embedded model: what `mlxs launch` serves where no model is named."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from mlxs.hooks import hookimpl
from mlxs.specs import ModelSpec


def directory() -> Path:
    """Where the model's files lie."""
    return Path(str(files(__name__) / "model"))


@hookimpl
def mlxs_models() -> Iterator[ModelSpec]:
    yield ModelSpec(
        name="demo",
        target="mlxs_demo:directory",
        model_type="lm",
        default=True,
        summary="A 1.8-million-parameter model that chats a little, thinks and calls tools; for trying things out.",
    )
