"""Continuous batching: answers that join, move on and leave one by one while all are decoded together.

A backend whose whole life is one batch extends `BatchingBackend`; one that has other ways to decode
too keeps a `Batch` and hands `generate` and `advance` to it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from .options import TextModelOptions
from .text import Job, TextBackend, Token

Opts = TypeVar("Opts", bound=TextModelOptions)


class Batch(ABC):
    """Decodes many answers together."""

    def __init__(self) -> None:
        self._inboxes: dict[int, deque[Token]] = {}

    @abstractmethod
    def insert(self, job: Job) -> int:
        """Let a job join the batch; sets `job.cached`. Returns the number it goes by."""

    @abstractmethod
    def step(self) -> Iterable[tuple[int, Token]]:
        """Move the whole batch on. A job whose token has a `finish` has left the batch."""

    @abstractmethod
    def remove(self, id: int) -> None:
        """Let a job that is not finished leave the batch, before its next token is computed.

        After a `step` that raised, a job may be unknown here.
        """

    def advance(self) -> None:
        """What all jobs share, once a step: a backend's `advance`."""
        if self._inboxes:
            for id, token in self.step():
                self._inboxes[id].append(token)

    def generate(self, job: Job) -> Iterator[Token | None]:
        """One job's life: a `TextBackend`'s `generate`."""
        id = self.insert(job)
        inbox = self._inboxes[id] = deque()
        finished = False
        try:
            while not finished:
                if not inbox:
                    yield None
                    continue
                token = inbox.popleft()
                finished = token.finish is not None
                yield token
        finally:
            del self._inboxes[id]
            if not finished:
                self.remove(id)


class BatchingBackend(Batch, TextBackend[Opts], Generic[Opts]):
    """A text model that is one batch."""

    def __init__(self, options: Opts) -> None:
        TextBackend.__init__(self, options)
        Batch.__init__(self)
