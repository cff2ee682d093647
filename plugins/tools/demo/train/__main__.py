"""`python -m train`: make the tokenizer, train, export. Run it again after any end, and it goes on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from . import tokenizer as tokens
from .crew import together
from .data.conversations import conversations
from .data.render import prompt
from .export import export
from .model import Shape
from .training import Plan, Run, train

SAMPLES = 30_000
MILLIONS = Plan.tokens / 1e6


def main() -> None:
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    file = asked.work / "tokenizer.json"
    if not file.exists():
        tokens.learn(texts(asked.seed), Shape().vocab_size).save(str(file))
    learnt, plan = tokens.load(file), replace(Plan(), tokens=int(asked.tokens * 1e6), seed=asked.seed)
    if not asked.export_only:
        together(asked.processes, partial(train, plan, file, not asked.eager))
    trained = Run(plan, Shape(), learnt, asked.work, compiled=False)
    export(trained.model, learnt, asked.export or asked.work / "model")


def texts(seed: int, count: int = SAMPLES) -> Iterator[str]:
    """What the tokenizer is learnt from."""
    maker = conversations(Random(f"{seed}/tokenizer"))
    for _ in range(count):
        sample = maker.sample()
        yield prompt(sample) + sample.text


parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
parser.add_argument("--work", type=Path, default=Path("run"), help="Directory of checkpoint and tokenizer. [run]")
parser.add_argument("--export", type=Path, help="Directory to write the model to. [model, in that of the checkpoint]")
parser.add_argument("--export-only", action="store_true", help="Train no further; export the checkpoint as it is.")
parser.add_argument("--tokens", type=float, default=MILLIONS, help=f"Millions of tokens to train on. [{MILLIONS:g}]")
parser.add_argument("--seed", type=int, default=1, help="Of data and first weights. [1]")
parser.add_argument("--processes", type=int, default=1, help="A core each, and a batch of every step. [1]")
parser.add_argument("--eager", action="store_true", help="Do not compile the model; needs no C++ compiler.")

if __name__ == "__main__":
    main()
