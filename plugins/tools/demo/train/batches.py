"""Batches of samples, each a function of the seed and its number: training can stop and go on anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .data.conversations import conversations
from .data.render import prompt
from .tokenizer import END, PAD, pieces

BLOCK = 4096
SHORTEST, LONGEST = 112, 640
DECISION = 6.0
CUT = 0.1
CUES = ["<think>\n", "</think>\n\n", '{"name": "', "wants ", "and then "]
ENDS = [" ", '", "', ".", "\n"]


@dataclass(frozen=True)
class Batch:
    """Rows of about one length.

    Args:
        tokens: (rows, length), padded on the right.
        places: Flat positions from which a token of an answer is predicted.
        wanted: Those tokens.
        weights: How much each counts in the loss.
    """

    tokens: Tensor
    places: Tensor
    wanted: Tensor
    weights: Tensor


def rows(tokenizer: Tokenizer, rng: Random, count: int) -> Iterator[tuple[list[int], int]]:
    """Samples as tokens, each with how many of them are the prompt."""
    maker, closing = conversations(rng, pieces(tokenizer)), tokenizer.encode("</think>").ids[0]
    for _ in range(count):
        sample = maker.sample()
        asked, said = tokenizer.encode_batch([prompt(sample), sample.text], add_special_tokens=False)
        row, first = [*asked.ids, *said.ids, END], len(asked.ids)
        yield cut_short(row, first, closing, rng) if sample.mode == "think" and rng.random() < CUT else (row, first)


def cut_short(row: list[int], first: int, closing: int, rng: Random) -> tuple[list[int], int]:
    """The row with a thought that breaks off and is closed, as a budget of thought does it; the answer follows."""
    end = row.index(closing, first)
    at = rng.randint(first + 1, end)
    return [*row[:at], *row[end:]], at + 1


def batches(tokenizer: Tokenizer, seed: int, block: int, size: int, longest: int = LONGEST) -> list[Batch]:
    """The batches of a block, in the order of training.

    Args:
        size: Tokens of a batch, padding included, at most.
        longest: Tokens of a sample at most; the curriculum begins with short ones.
    """
    rng = Random(f"{seed}/{block}")
    short = [row for row in rows(tokenizer, rng, BLOCK) if len(row[0]) <= longest]
    cues, ends = decisive(tokenizer)
    made = [_batch(group, cues, ends) for group in _grouped(short, size)]
    rng.shuffle(made)
    return made


def _grouped(samples: list[tuple[list[int], int]], size: int) -> Iterator[list[tuple[list[int], int]]]:
    """Rows of about the same length, as many as make a batch."""
    group: list[tuple[list[int], int]] = []
    for row in sorted(samples, key=lambda row: len(row[0])):
        if group and (len(group) + 1) * len(row[0]) > size:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _batch(group: list[tuple[list[int], int]], cues: list[list[int]], ends: set[int]) -> Batch:
    length = max(len(tokens) for tokens, _ in group)
    tokens = torch.full((len(group), length), PAD)
    places, wanted, weights = list[int](), list[int](), list[float]()
    for index, (row, asked) in enumerate(group):
        tokens[index, : len(row)] = torch.tensor(row)
        places += [index * length + place - 1 for place in range(asked, len(row))]
        wanted += row[asked:]
        weights += weighed(row, asked, cues, ends)
    return Batch(tokens, torch.tensor(places), torch.tensor(wanted), torch.tensor(weights))


def decisive(tokenizer: Tokenizer) -> tuple[list[list[int]], set[int]]:
    """The cues and ends of `weighed`, as tokens."""
    cues, ends = ([tokenizer.encode(text, add_special_tokens=False).ids for text in texts] for texts in (CUES, ENDS))
    return cues, {number for (number,) in ends}


def weighed(row: list[int], asked: int, cues: list[list[int]], ends: set[int]) -> list[float]:
    """How much each token of the answer counts: those that decide something, more.

    Whether to call, and which tool, is decided in a few tokens of fifty. Counted like the others, they are drowned by
    tokens that only copy, and the model does not learn to see that no tool fits.

    Args:
        row: Prompt and answer.
        asked: Tokens of the prompt.
        cues: What comes before such tokens, in the answer or at the end of the prompt.
        ends: Tokens that end a name: those before them decide.
    """
    weights, deciding = list[float](), False
    for place in range(asked, len(row)):
        cued = any(row[place - len(cue) : place] == cue for cue in cues)
        deciding = cued or (deciding and row[place] not in ends)
        weights.append(DECISION if deciding else 1.0)
    return weights
