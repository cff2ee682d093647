"""What the last layer of a network says, before the head makes logits of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx

from mlxs.errors import BadRequest

BODIES = ("model", "backbone", "transformer")
"""What networks call all of themselves but the head."""

NONE = "this model's states cannot be had; serve an embedding model for vectors"


class States:
    """Overhears the body of a network while all of it runs: what the body is to be told, networks know themselves.

    MLX computes what is asked for: the logits are not.

    Args:
        network: As mlx-lm or mlx-vlm built it.
    """

    def __init__(self, network: Any) -> None:
        while (inner := getattr(network, "language_model", network)) is not network:
            network = inner
        self._network = network
        self._name = next((name for name in BODIES if name in network), None)

    def of(self, run: Callable[[], object], tokens: int) -> mx.array:
        """The states of a run, shape (texts, tokens, hidden size).

        Args:
            run: Calls the network.
            tokens: How many it reads of each text.

        Raises BadRequest where they cannot be told apart.
        """
        if self._name is None:
            raise BadRequest(NONE)
        body = getattr(self._network, self._name)
        overheard = _Overheard(body)
        setattr(self._network, self._name, overheard)
        try:
            run()
        finally:
            setattr(self._network, self._name, body)
        states = overheard.said
        if not isinstance(states, mx.array) or states.ndim != 3 or states.shape[1] != tokens:
            raise BadRequest(NONE)
        return states


class _Overheard:
    """A body, and what it said last."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self.said: Any = None

    def __call__(self, *given: Any, **more: Any) -> Any:
        self.said = self._body(*given, **more)
        return self.said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)
