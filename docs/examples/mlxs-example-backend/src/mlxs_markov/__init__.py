"""Text files as models, for mlxs."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="markov",
        target="mlxs_markov.chain:Markov",
        options="mlxs_markov.chain:MarkovOptions",
        capabilities=("chat", "completion"),
        summary="What follows the last few words, counted in a text file.",
    )
