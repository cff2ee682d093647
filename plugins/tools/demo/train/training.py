"""The training run: one seed, one decay of the learning rate, and a checkpoint to go on from after any end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer

from .batches import LONGEST, SHORTEST, Batch, steps
from .crew import Crew, end_with_parent
from .model import Qwen3, Shape
from .optimizer import Optimizer
from .tokenizer import load


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Args:
        tokens: Tokens to train on, padding included.
        batch: Tokens of a batch at most; a step has one for each process.
        seed: Of data and first weights.
        matrices, others: Learning rates, see `Optimizer`.
        warmup: Steps until the learning rates are reached.
        decay: Part of the run over which they fall to nothing, to its end.
        curriculum: Part of the run after which samples of every length are drawn.
    """

    tokens: int = 60_000_000
    batch: int = 3072
    seed: int = 1
    matrices: float = 0.02
    others: float = 0.004
    warmup: int = 50
    decay: float = 0.7
    curriculum: float = 0.06

    def scale(self, done: int, steps: int) -> float:
        """The fraction of the learning rates to use after that many tokens and steps."""
        return min(1.0, (steps + 1) / self.warmup, (1 - done / self.tokens) / self.decay)

    def longest(self, done: int) -> int:
        """Tokens of the longest sample to draw after that many tokens."""
        part = min(1.0, done / (self.curriculum * self.tokens))
        return int(SHORTEST + part * (LONGEST - SHORTEST))


ALONE = Crew()


def train(plan: Plan, tokenizer: Path, compiled: bool, crew: Crew) -> None:
    """A process's part of a run, in the directory of the tokenizer."""
    Run(plan, Shape(), load(tokenizer), tokenizer.parent, compiled, crew).train()


class Run:
    """A training run, new or gone on with.

    Args:
        plan: What to do.
        tokenizer: Its tokens.
        place: Directory of the checkpoint.
        compiled: Compile the model; takes a minute, and is half as fast again.
        crew: The processes that train it.
    """

    def __init__(
        self, plan: Plan, shape: Shape, tokenizer: Tokenizer, place: Path, compiled: bool = True, crew: Crew = ALONE
    ) -> None:
        self.plan, self.tokenizer, self.file, self.crew = plan, tokenizer, place / "checkpoint.pt", crew
        self.model = Qwen3(shape)
        self.model.begin(torch.Generator().manual_seed(plan.seed))
        self.model.bfloat16()
        self.optimizer = Optimizer(self.model, plan.matrices, plan.others)
        self.position: dict[str, Any] = {"tokens": 0, "began": 0, "block": 0, "step": 0, "loss": 7.0}
        self.position["longest"] = plan.longest(0)
        self.loss = torch.compile(self.model.loss, dynamic=True) if compiled else self.model.loss
        if self.file.exists():
            self._load()

    def train(self, every: float = 60.0) -> None:
        """Train to the end of the plan; a checkpoint is written every so many seconds."""
        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        first = self.crew.number == 0
        with (
            Progress(*columns, disable=not first) as progress,
            ProcessPoolExecutor(1, initializer=end_with_parent) as ahead,
        ):
            bar, saved = progress.add_task("", total=self.plan.tokens), time.monotonic()
            for step in self._steps(ahead):
                self._step(step)
                if first and time.monotonic() - saved > every:
                    self._save()
                    saved = time.monotonic()
                said = f"{self.position['tokens'] / 1e6:.2f}M tokens, loss {self.position['loss']:.4f}"
                progress.update(bar, completed=self.position["tokens"], description=said)
        if first:
            self._save()

    def _steps(self, ahead: ProcessPoolExecutor) -> Iterator[list[Batch]]:
        """Steps from where the run stands; the next block is made while this one is trained on."""
        position = self.position
        coming = self._block(ahead, position)
        while position["tokens"] < self.plan.tokens:
            block = coming.result()[position["step"] :]
            following = {"block": position["block"] + 1, "longest": self.plan.longest(position["began"])}
            coming = self._block(ahead, following)
            for step in block:
                if position["tokens"] >= self.plan.tokens:
                    return
                position["step"] += 1
                yield step
            position.update(following, step=0, began=position["tokens"])

    def _block(self, ahead: ProcessPoolExecutor, at: dict[str, Any]) -> Future[list[list[Batch]]]:
        size, processes = self.plan.batch, self.crew.size
        return ahead.submit(steps, self.tokenizer, self.plan.seed, at["block"], size, at["longest"], processes)

    def _step(self, step: list[Batch]) -> None:
        batch = step[self.crew.number]
        scale = self.plan.scale(self.position["tokens"], self.optimizer.state["steps"])
        loss = self.loss(batch.tokens, batch.places, batch.wanted, batch.weights)
        torch.autograd.backward(loss)
        self.crew.share(self.model)
        self.optimizer.step(scale)
        self.position["tokens"] += sum(each.tokens.numel() for each in step)
        self.position["loss"] += 0.02 * (loss.item() - self.position["loss"])

    def _save(self) -> None:
        """Write the checkpoint beside the last one, and only then in its place; and a line of history: tokens, loss and
        seconds of processor time since the program began.
        """
        new = self.file.with_suffix(".new")
        torch.save({"weights": self.model.state_dict(), "optimizer": self.optimizer.state, **self.position}, new)
        os.replace(new, self.file)
        with self.file.with_name("history.csv").open("a") as history:
            history.write(f"{self.position['tokens']},{self.position['loss']:.4f},{time.process_time():.0f}\n")

    def _load(self) -> None:
        kept = torch.load(self.file)
        self.model.load_state_dict(kept.pop("weights"))
        self.optimizer.state = kept.pop("optimizer")
        self.position = kept
