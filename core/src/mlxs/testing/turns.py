"""Answers of a backend that does other things than talk, moved on as the engine does, in the test's own thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..backends import Backend


def results(backend: Backend[Any], answers: Iterable[Iterator[Any]]) -> list[list[Any]]:
    """What comes of answers that begin together, a step each in turn."""
    live = dict(enumerate(answers))
    told: list[list[Any]] = [[] for _ in live]
    while live:
        backend.advance()
        for number, answer in list(live.items()):
            try:
                told[number] += filter(None, [next(answer)])
            except StopIteration:
                del live[number]
    return told
