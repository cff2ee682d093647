"""Sentences with choices: `(one|of|these)`, `[left out at times]`, and `{slots}`, which stay for others to fill."""

from __future__ import annotations

import re
from random import Random

CHOICE = re.compile(r"\(([^()]*)\)")
MAYBE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")


def expand(sentence: str, rng: Random, maybe: float = 0.4) -> str:
    """One of the sentences that this one stands for; `maybe` is how often a part in brackets stays."""
    sentence = MAYBE.sub(lambda part: part[1] if rng.random() < maybe else "", sentence)
    while "(" in sentence:
        sentence = CHOICE.sub(lambda part: rng.choice(part[1].split("|")), sentence)
    return sentence


def slots(sentence: str) -> list[str]:
    return SLOT.findall(sentence)


def fill(sentence: str, values: dict[str, str]) -> str:
    return SLOT.sub(lambda slot: values[slot[1]], sentence)
