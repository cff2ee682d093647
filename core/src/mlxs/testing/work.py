"""How much a parser does, counted instead of timed, so that a test of it says the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any

from ..parsing import Parser


def fours(text: str) -> list[str]:
    """The text as a model says it: four characters at a time."""
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def held(parser: Parser, deltas: Iterable[str]) -> int:
    """Characters that waited unread, summed over the deltas: each is copied when more text comes."""
    total = 0
    for delta in deltas:
        parser.feed(delta)
        total += len(parser.unread)
    return total


def effort(parser: Parser, deltas: Iterable[str]) -> int:
    """Calls of functions that the deltas cause, and characters held meanwhile."""
    calls = 0

    def count(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        waited = held(parser, deltas)
    finally:
        sys.setprofile(before)
    return calls + waited
