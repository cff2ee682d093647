"""Sentences as people type them: polite or not, careful or not."""

from __future__ import annotations

import re
from random import Random

from .words import phrases


def worded(sentence: str, rng: Random, lower: bool = True, closed: bool = True) -> str:
    """The sentence with or without politeness, capitals and a full stop.

    Args:
        lower: Whether its first letter may become a small one; not where it is a value's.
        closed: Whether words may follow without a comma; not where it ends with a value, of which they might be a part.
    """
    lower = lower and lowered(sentence) != sentence
    if rng.random() < 0.3:
        sentence = _polite(sentence, rng, lower, closed)
    elif lower and rng.random() < 0.3:
        sentence = lowered(sentence)
    if sentence.endswith("?") and rng.random() < 0.2:
        sentence = sentence[:-1]
    elif sentence[-1].isalnum() and rng.random() < 0.45:
        sentence += rng.choice([".", ".", ".", "!"])
    return sentence


def lowered(sentence: str) -> str:
    """The sentence with a small letter first, unless its first word is written with a capital anywhere."""
    head = re.split(r"[ ']", sentence, maxsplit=1)[0]
    small = (len(head) > 1 and head[0].isupper() and head[1:].islower()) or head == "A"
    return sentence[0].lower() + sentence[1:] if small else sentence


def capital(sentence: str) -> str:
    """The sentence with a capital letter first, unless it begins with a slot."""
    return sentence[0].upper() + sentence[1:] if sentence[0] != "{" else sentence


def _polite(sentence: str, rng: Random, lower: bool, closed: bool) -> str:
    head = sentence.split(" ", 1)[0].lower()
    small = lowered(sentence) if lower else sentence
    if head in phrases("order") and rng.random() < 0.75:
        before = rng.choice(phrases("before"))
        sentence = before + (small if not before.endswith((": ", "! ")) or rng.random() < 0.5 else sentence)
        if before.startswith(("Can", "Could", "Would", "Will")) and sentence[-1].isalnum() and rng.random() < 0.7:
            sentence += "?"
        return sentence
    if rng.random() < 0.6:
        before = rng.choice(phrases("greeting"))
        return before + (small if before.endswith(", ") and rng.random() < 0.8 else sentence)
    if not sentence[-1].isalnum():
        return sentence
    return sentence + rng.choice([after for after in phrases("after") if closed or after[0] != " "])
