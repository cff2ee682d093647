"""From tokens to text."""

from __future__ import annotations

from typing import Protocol


class Decoder(Protocol):
    """Turns one answer's tokens into text, whole characters only."""

    def add(self, token: int) -> str:
        """The text that this token completes."""

    def finish(self) -> str:
        """What was still held back."""
