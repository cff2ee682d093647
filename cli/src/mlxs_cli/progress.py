"""How far models are loaded, as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mlxs.models import Model


@contextmanager
def watch(console: Console, models: Sequence[Model]) -> Iterator[None]:
    """Show a bar for each model that says how far it is; nothing where nobody looks."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {model: progress.add_task(f"loading {model.name}", total=None) for model in models}

        async def follow() -> None:
            while True:
                for model, task in tasks.items():
                    if model.worker.progress:
                        what, done, total = model.worker.progress
                        progress.update(task, description=f"{what} {model.name}", completed=done, total=total)
                await asyncio.sleep(0.1)

        following = asyncio.create_task(follow())
        try:
            yield
        finally:
            following.cancel()
