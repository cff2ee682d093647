"""How far a model is, for people and for logs."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import Any

import pytest
from rich.console import Console

from mlxs_cli.progress import amount, watch


class Loading:
    """What `watch` looks at."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "loading"
        self.worker = self
        self.progress: tuple[str, float, float | None] | None = None


def watched(models: list[Any], steps: list[Any], console: Console) -> None:
    async def main() -> None:
        with watch(console, models):
            for model, progress in steps:
                model.progress = progress
                await asyncio.sleep(0.15)

    asyncio.run(main())


def test_lines_at_every_tenth_where_nobody_looks(caplog: pytest.LogCaptureFixture) -> None:
    model = Loading("acme/tiny")
    steps = [(model, ("downloading acme/tiny", share * 4e7, 4e9)) for share in (1, 2, 51, 52)]
    with caplog.at_level(logging.INFO):
        watched([model], [*steps, (model, ("loading", 0, None))], Console(file=io.StringIO()))
    assert [record.message for record in caplog.records] == [
        "downloading acme/tiny 40.0 MB of 4.0 GB, 1 %",
        "downloading acme/tiny 2.0 GB of 4.0 GB, 51 %",
        "acme/tiny: loading ",
    ]


def test_a_bar_for_each_model_in_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    said, one, other = io.StringIO(), Loading("one"), Loading("other")
    console = Console(file=said, force_terminal=True, width=120)
    with caplog.at_level(logging.INFO):
        watched([one, other], [(one, ("loading", 1e9, 4e9)), (other, ("counting", 1, 2))], console)
    assert "one: loading" in said.getvalue() and "1.0 GB of 4.0 GB, 25 %" in said.getvalue()
    assert "other: counting" in said.getvalue() and "50 %" in said.getvalue()
    assert not caplog.records


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [(1, 4, "25 %"), (3, None, ""), (2e9, None, "2.0 GB"), (1e9, 2e9, "1.0 GB of 2.0 GB, 50 %"), (0, 0, "")],
)
def test_amounts(done: float, total: float | None, said: str) -> None:
    assert amount(done, total) == said
