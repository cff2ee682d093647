"""How far models are loaded, as it goes: a bar each in a terminal, lines in a log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from mlxs.models import Model

log = logging.getLogger("mlxs")

BYTES = 1_000_000
"""A total from which on what is counted must be bytes: nothing else of a model is so many."""


class Amount(TextColumn):
    """How much of how much is done."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        return Text(amount(task.completed, task.total))


def bars(console: Console, amount: ProgressColumn) -> Progress:
    """Bars that vanish when all is done, and are there only where somebody looks.

    Args:
        amount: Says how much of how much is done.
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), amount, TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def watch(console: Console, models: Sequence[Model]) -> Iterator[None]:
    """Show how far each model is: with bars that vanish where somebody looks, else a line in the log at every tenth."""
    with bars(console, Amount()) as progress:
        tasks = {model: progress.add_task(f"{model.name}: starting", total=None) for model in models}
        told: dict[Model, str] = {}

        def look() -> None:
            for model, task in tasks.items():
                if model.state == "ready":
                    progress.update(task, visible=False)
                elif model.worker.progress:
                    what, done, total = model.worker.progress
                    said = what if model.name in what else f"{model.name}: {what}"
                    progress.update(task, description=said, completed=done, total=total)
                    tenth = int(10 * done / total) if total else 0
                    if not console.is_terminal and told.get(model) != (told_now := f"{what} {tenth}"):
                        told[model] = told_now
                        log.info("%s %s", said, amount(done, total))

        async def follow() -> None:
            while True:
                look()
                await asyncio.sleep(0.1)

        following = asyncio.create_task(follow())
        try:
            yield
        finally:
            following.cancel()


def amount(done: float, total: float | None) -> str:
    """How far something is: `1.2 GB of 4.0 GB, 30 %`; of what is no bytes, the share alone."""
    if total is None:
        return decimal(int(done)) if done >= BYTES else ""
    share = f"{done / total:.0%}".replace("%", " %") if total else ""
    return f"{decimal(int(done))} of {decimal(int(total))}, {share}" if total >= BYTES else share
