"""Batches of samples, each a function of the seed and its number: training can stop and go on anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .rows import Row, rows
from .tokenizer import PAD

BLOCK = 4096
SHORTEST, LONGEST = 112, 640
DECISION, VERDICT = 4.0, 4.0
CUES = ["<think>\n", "</think>\n\n", '{"name": "', "wants ", "and then "]
ENDS = [" ", '", "', ".", "\n"]


@dataclass(frozen=True)
class Batch:
    """Rows of about one length.

    Args:
        tokens: (rows, length), padded on the right.
        places: Flat positions from which a token is predicted.
        wanted: Those tokens.
        weights: How much each counts in the loss.
    """

    tokens: Tensor
    places: Tensor
    wanted: Tensor
    weights: Tensor


def steps(
    tokenizer: Tokenizer, seed: int, block: int, size: int, longest: int = LONGEST, processes: int = 1
) -> list[list[Batch]]:
    """The batches of each step of a block: one for every process, all of about the same length.

    Args:
        size: Tokens of a batch, padding included, at most.
        longest: Tokens of a sample at most; the curriculum begins with short ones.
    """
    rng = Random(f"{seed}/{block}")
    short = [row for row in rows(tokenizer, rng, BLOCK) if len(row.tokens) <= longest]
    cues, ends = decisive(tokenizer)
    made = [_batch(group, cues, ends) for group in _grouped(short, size)]
    several = [made[start : start + processes] for start in range(0, len(made) - processes + 1, processes)]
    rng.shuffle(several)
    return several


def _grouped(samples: list[Row], size: int) -> Iterator[list[Row]]:
    """Rows of about the same length, as many as make a batch."""
    group: list[Row] = []
    for row in sorted(samples, key=lambda row: len(row.tokens)):
        if group and (len(group) + 1) * len(row.tokens) > size:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _batch(group: list[Row], cues: list[list[int]], ends: set[int]) -> Batch:
    length = max(len(row.tokens) for row in group)
    tokens = torch.full((len(group), length), PAD)
    places, wanted, weights = list[int](), list[int](), list[float]()
    for index, row in enumerate(group):
        tokens[index, : len(row.tokens)] = torch.tensor(row.tokens)
        places += [index * length + place for place in (*row.verdicts, *range(row.asked - 1, len(row.tokens) - 1))]
        wanted += [*row.verdicts.values(), *row.tokens[row.asked :]]
        weights += [VERDICT] * len(row.verdicts) + weighed(row.tokens, row.asked, cues, ends)
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
