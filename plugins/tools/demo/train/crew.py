"""Processes that train one model together: a batch each, and for all of them the mean of the gradients."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import distributed, multiprocessing, nn


@dataclass(frozen=True)
class Crew:
    """One process of those that train, and how many they are.

    Args:
        number: Of this process; the first shows the progress and writes the checkpoint.
        size: Of the crew.
    """

    number: int = 0
    size: int = 1

    @torch.no_grad()
    def share(self, model: nn.Module) -> None:
        """Put the mean over all processes in the place of each gradient."""
        if self.size == 1:
            return
        slopes = [weight.grad for weight in model.parameters() if weight.grad is not None]
        flat = torch.cat([slope.flatten() for slope in slopes]).float()
        distributed.all_reduce(flat)
        for slope, mean in zip(slopes, (flat / self.size).split([slope.numel() for slope in slopes]), strict=True):
            slope.copy_(mean.view_as(slope))


def together(size: int, work: Callable[[Crew], None]) -> None:
    """Do work in so many processes of one thread each; the end of one is the end of all.

    Args:
        work: What to do, a function of a module or a partial of one; this process does it itself where `size` is 1.
    """
    if size == 1:
        torch.set_num_threads(1)
        return work(Crew())
    with TemporaryDirectory() as meeting:
        multiprocessing.spawn(partial(_member, size=size, meeting=Path(meeting), work=work), nprocs=size)


def end_with_parent() -> None:
    """End this process when its parent is gone, which would work or wait for ever for one that was killed."""

    def watch() -> None:
        parent = parent_process()
        assert parent
        parent.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _member(number: int, size: int, meeting: Path, work: Callable[[Crew], None]) -> None:
    end_with_parent()
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{meeting}/all", rank=number, world_size=size)
    work(Crew(number, size))
