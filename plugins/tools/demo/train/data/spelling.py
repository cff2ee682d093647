"""Words and phrases, most of them such as no list holds, so that only copying them helps."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from .words import words

WORDED = ("noun", "adjective", "verb")
OPENINGS = ["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "ch", "cl"]
OPENINGS += ["dr", "fl", "gr", "kr", "pl", "pr", "qu", "sh", "sk", "sl", "sp", "st", "th", "tr", "x", "y", ""]
VOWELS = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "ou", "oo", "ie", "y"]
CLOSINGS = ["", "", "", "n", "r", "s", "t", "l", "m", "k", "d", "x", "nd", "st", "ck", "ng", "rt", "th"]
JOINTS = ["for", "with", "of", "in", "on", "at", "to", "and", "from", "the", "about", "by", "my", "is", "a", "the"]
FOREIGN = "äöüßéèêàâçñøåæšžłóíúčěαβγδλπωжидлмояцшюあいうの東京大阪北上中한국어שלוםمرحبا–—…°€£²½✓→🙂🚀"


@dataclass
class Spelling:
    """Makes words.

    Args:
        rng: Where chance comes from.
        pieces: The pieces of the tokenizer, so that each of them is copied now and then.
        held_out: Draw from the words that training does not see.
    """

    rng: Random
    pieces: Sequence[str] = ()
    held_out: bool = False

    def word(self) -> str:
        """A word, or what might be one."""
        if self.rng.random() < 0.4:
            return self.rng.choice(words(self.rng.choice(WORDED), self.held_out))
        return self.pseudo()

    def pseudo(self) -> str:
        """What might be a word and is none."""
        rng, chance = self.rng, self.rng.random()
        if self.pieces and chance < 0.45:
            return "".join(rng.choice(self.pieces) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))
        if chance < 0.75:
            syllables = rng.choice([1, 2, 2, 2, 3, 3])
            return "".join(rng.choice(OPENINGS) + rng.choice(VOWELS) + rng.choice(CLOSINGS) for _ in range(syllables))
        if chance < 0.9:
            first, second = (rng.choice(words(rng.choice(WORDED), False)) for _ in "12")
            return first[: rng.randint(2, 5)] + second[-rng.randint(2, 5) :]
        return "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(2, 9)))

    def phrase(self, longest: int = 6) -> str:
        """Some words that make no sense together."""
        rng = self.rng
        said = [self.word() for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 5, longest]))]
        if len(said) > 2 and rng.random() < 0.6:
            joint = rng.choice(JOINTS)
            said.insert(rng.randint(1, len(said) - 1), joint)
        if rng.random() < 0.08:
            said.append("".join(rng.choice(FOREIGN) for _ in range(rng.randint(1, 4))))
        if rng.random() < 0.08:
            said[-1] += rng.choice("#%&+*;~^=<>|$@_-`#%^<>~\\")
        if rng.random() < 0.05:
            said.append(str(rng.randint(0, 999)))
        return " ".join(said)

    def name(self) -> str:
        """One or two capitalised words."""
        said = [self.pseudo().capitalize() for _ in range(self.rng.choice([1, 1, 1, 2]))]
        if self.rng.random() < 0.03:
            said[0] += self.rng.choice(FOREIGN[:30])
        return " ".join(said)
