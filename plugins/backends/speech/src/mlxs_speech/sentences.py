"""A text in the pieces in which it is spoken, so that the first is heard before the last is made."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])\s*|\s*\n\s*")
SHORT = 40
"""Characters; a piece with fewer is spoken together with the next."""


def sentences(text: str) -> list[str]:
    """The text's sentences, short ones together."""
    pieces: list[str] = []
    for sentence in filter(None, _END.split(text.strip())):
        if pieces and len(pieces[-1]) < SHORT:
            pieces[-1] += " " + sentence
        else:
            pieces.append(sentence)
    return pieces
