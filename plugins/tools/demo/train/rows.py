"""Samples as tokens, and what of them is to be learnt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tokenizers import Tokenizer

from .data.conversations import conversations
from .data.render import prompt
from .data.samples import Sample
from .tokenizer import END, pieces

CUT = 0.1
"""How many thoughts are cut short."""


@dataclass(frozen=True)
class Row:
    """A sample as tokens.

    Args:
        tokens: Prompt and answer.
        asked: How many are the prompt.
        verdicts: What else is to be predicted: places in the prompt, each with a token.
    """

    tokens: list[int]
    asked: int
    verdicts: dict[int, int]

    def cut_short(self, closing: int, rng: Random) -> Row:
        """With a thought that breaks off and is closed, as a budget of thought does it; the answer follows."""
        end = self.tokens.index(closing, self.asked)
        at = rng.randint(self.asked + 1, end)
        return Row([*self.tokens[:at], *self.tokens[end:]], at + 1, self.verdicts)


@dataclass(frozen=True)
class Marks:
    """Tokens that training looks for.

    Args:
        closing: Ends a thought.
        listing, listed: Around the names of tools that follow a request.
        line: Ends each of them.
        yes, no: What is to be predicted there: whether that tool is called.
    """

    closing: int
    listing: int
    listed: int
    line: int
    yes: int
    no: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Marks:
        texts = ("</think>", "<tools>", "</tools>", "\n", "<tool_call>", "</tool_call>")
        return cls(*(tokenizer.encode(text, add_special_tokens=False).ids[0] for text in texts))

    def verdicts(self, asked: list[int], sample: Sample) -> dict[int, int]:
        """For each tool, in the list of names that follows the last request: whether the answer calls it.

        The model never writes these tokens. But where it has read a name, with the request before it, it has to know
        whether this is the one: to be asked there, for each tool, teaches that far sooner than the answer alone does.
        """
        if not sample.tools or sample.messages[-1]["role"] != "user":
            return {}
        first = len(asked) - asked[::-1].index(self.listing) + 1
        ends = [place for place in range(first, asked.index(self.listed, first)) if asked[place] == self.line]
        called = {name for name, _ in sample.calls}
        wanted = (self.yes if tool["name"] in called else self.no for tool in sample.tools)
        return dict(zip(ends, wanted, strict=True))


def rows(tokenizer: Tokenizer, rng: Random, count: int) -> Iterator[Row]:
    """That many samples as tokens."""
    maker, marks = conversations(rng, pieces(tokenizer)), Marks.of(tokenizer)
    for _ in range(count):
        sample = maker.sample()
        asked, said = tokenizer.encode_batch([prompt(sample), sample.text], add_special_tokens=False)
        row = Row([*asked.ids, *said.ids, END], len(asked.ids), marks.verdicts(asked.ids, sample))
        yield row.cut_short(marks.closing, rng) if sample.mode == "think" and rng.random() < CUT else row
