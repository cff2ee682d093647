"""Processes that train one model together. Needs what the training program needs."""

from __future__ import annotations

import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

torch = pytest.importorskip("torch")

from members import background, slope  # noqa: E402
from train import tokenizer  # noqa: E402
from train.__main__ import texts  # noqa: E402
from train.crew import together  # noqa: E402
from train.model import Shape  # noqa: E402
from train.training import Plan, train  # noqa: E402


def test_every_process_has_the_mean_of_the_gradients(tmp_path: Path) -> None:
    together(3, partial(slope, tmp_path))
    assert [(tmp_path / str(number)).read_text() for number in range(3)] == ["[1.0]"] * 3


def test_the_end_of_one_is_the_end_of_all(tmp_path: Path) -> None:
    with pytest.raises(torch.multiprocessing.ProcessRaisedException, match="FileNotFoundError"):
        together(2, partial(slope, tmp_path / "missing"))


def test_none_outlives_a_program_that_was_killed(tmp_path: Path) -> None:
    program = get_context("spawn").Process(target=background, args=(tmp_path,))
    program.start()
    members = [tmp_path / str(number) for number in range(2)]
    while not all(member.exists() for member in members):
        assert program.is_alive()
        time.sleep(0.1)
    crew = [psutil.Process(int(member.read_text())) for member in members]
    program.kill()
    gone, _ = psutil.wait_procs(crew, timeout=60)
    assert len(gone) == 2


def test_two_train_one_model(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    tokenizer.learn(texts(1, 200), Shape().vocab_size).save(str(file))
    plan = Plan(tokens=4_000, batch=1024)
    together(2, partial(train, plan, file, False))
    kept = torch.load(tmp_path / "checkpoint.pt")
    assert kept["tokens"] >= plan.tokens
    assert kept["tokens"] / kept["optimizer"]["steps"] > plan.batch
