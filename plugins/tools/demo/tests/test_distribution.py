"""What is installed: a whole model in little space, and not the program that trained it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

from train.data.render import TEMPLATE

from mlxs_demo import directory

PROJECT = Path(__file__).parents[1]
FILES = {
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
}


def test_the_model_is_whole_and_small() -> None:
    files = list(directory().iterdir())
    assert {file.name for file in files} == FILES
    assert sum(file.stat().st_size for file in files) <= 4_000_000


def test_the_template_is_the_one_that_it_was_trained_with() -> None:
    assert (directory() / TEMPLATE.name).read_text() == TEMPLATE.read_text()


def test_the_wheel_has_the_model_and_not_the_training_program(tmp_path: Path) -> None:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "wheel", *offline, "-w", tmp_path, PROJECT]
    # The build backend's own program lies beside the interpreter.
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert {Path("mlxs_demo/model") / file for file in FILES} <= names
    assert not any("train" in name.parts for name in names)
