"""What the model saw in pictures, kept so that it need not look again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import mlx.core as mx


@dataclass(frozen=True, slots=True)
class Features:
    """What stands for a picture in the prompt.

    Args:
        rows: In place of its tokens' embeddings, shape (tokens, hidden size).
        deep: What is added to the states of the first layers (DeepStack, https://arxiv.org/abs/2406.04334), shape
            (tokens, hidden size) each.
    """

    rows: mx.array
    deep: Sequence[mx.array] = ()

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in (self.rows, *self.deep))


@dataclass(eq=False, slots=True, weakref_slot=True)
class Picture:
    """One picture, as the processor made it ready.

    Args:
        digest: What tells it from others.
        tokens: How many stand for it in a prompt.
        inputs: What the network takes to look at it; None once it has.
        features: What it saw; None until then.
    """

    digest: bytes
    tokens: int
    inputs: dict[str, Any] | None
    features: Features | None = None


class Gallery:
    """The pictures looked at last, and those that prompts under way show; one that two show is looked at once.

    Asked for pictures beside the engine's thread.

    Args:
        nbytes: Of features, at most.
    """

    def __init__(self, nbytes: int) -> None:
        self._most = nbytes
        self._known = WeakValueDictionary[bytes, Picture]()
        self._seen: dict[bytes, Picture] = {}  # the one used last comes last
        self._lock = Lock()

    def picture(self, digest: bytes, make: Callable[[], Picture]) -> Picture:
        """The picture of a digest, made where it is not there."""
        with self._lock:
            if (found := self._known.get(digest)) is not None:
                if self._seen.pop(digest, None):
                    self._seen[digest] = found
                return found
        made = make()
        with self._lock:
            return self._known.setdefault(digest, made)

    def seen(self, picture: Picture, features: Features) -> None:
        """Keep what the model saw in a picture; those used longest ago make room."""
        picture.features, picture.inputs = features, None
        with self._lock:
            self._seen[picture.digest] = picture
            held = sum(_size(other) for other in self._seen.values())
            for digest, other in [*self._seen.items()]:
                if held <= self._most:
                    break
                held -= _size(other)
                del self._seen[digest]


def _size(picture: Picture) -> int:
    return picture.features.nbytes if picture.features else 0
