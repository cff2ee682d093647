"""Commands that ask a server for pictures and for text of sound, each as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlxs.testing import painter, parrot
from mlxs.testing.serving import serving


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    models: dict[str, dict[str, Any]] = {
        "chat": {},
        "brush": {"model_type": "painter"},
        "ear": {"model_type": "parrot"},
    }
    with serving(models, extra=[painter, parrot]) as served:
        yield served.url


def mlxs(url: str, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    command = [sys.executable, "-m", "mlxs_cli", *arguments, "--url", url]
    wanted = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd, env=wanted)


def asked(file: Path) -> dict[str, Any]:
    """What the painter was asked: that is what its pictures say."""
    said: dict[str, Any] = json.loads(file.read_bytes())
    return said


def test_a_picture_is_named_after_its_seed(url: str, tmp_path: Path) -> None:
    done = mlxs(url, "draw", "a red cat", "--seed", "5", "--steps", "3", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "picture-5.png (64x32, seed 5)\n", "")
    wanted = {"prompt": "a red cat", "seed": 5, "steps": 3, "format": "png", "guidance": None}
    assert wanted.items() <= asked(tmp_path / "picture-5.png").items()


def test_pictures_are_numbered_where_there_are_several(url: str, tmp_path: Path) -> None:
    wishes = ["--n", "2", "--size", "96x48", "--guidance", "2.5", "--negative-prompt", "dogs"]
    done = mlxs(url, "draw", "a red cat", "--out", "cat.webp", *wishes, cwd=tmp_path)
    assert done.stdout == "cat-1.webp (96x48, seed 7)\ncat-2.webp (96x48, seed 7)\n"
    wanted = {"width": 96, "height": 48, "guidance": 2.5, "negative_prompt": "dogs", "format": "webp"}
    assert wanted.items() <= asked(tmp_path / "cat-2.webp").items()


def test_pictures_are_changed(url: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.png", "two.png")]
    for file in files:
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + file.name.encode())
    done = mlxs(url, "draw", "a hat", "--image", "one.png", "--image", "two.png", "--out", "hat.jpg", cwd=tmp_path)
    assert done.stdout == "hat.jpg (64x32, seed 7)\n", done.stderr
    assert len(asked(tmp_path / "hat.jpg")["images"]) == 2


def test_steps_are_shown_where_somebody_looks(url: str, tmp_path: Path) -> None:
    done = mlxs(url, "draw", "a red cat", "--n", "2", cwd=tmp_path, FORCE_COLOR="1", COLUMNS="80")
    assert "picture 2 of 2" in done.stderr
    assert "4/4" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["draw", "loud!"], "painters do not shout"),
        (["draw", "why?"], "it cannot be drawn"),
        (["draw", "a cat", "--out", "cat.gif"], "name it .png"),
        (["draw", "a cat", "--mask", "MASK"], "name that with --image"),
        (["draw", "a cat", "--model", "ear"], "has no image, only transcription"),
        (["transcribe", "nothing.wav"], "does not exist"),
    ],
)
def test_what_cannot_be_had_says_why(url: str, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "MASK").write_bytes(b"x")
    done = mlxs(url, *arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_recording_is_written_down(url: str, tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_text("good morning to you")
    assert mlxs(url, "transcribe", "talk.wav", cwd=tmp_path).stdout == "good morning to you\n"
    assert mlxs(url, "transcribe", "talk.wav", "--translate", cwd=tmp_path).stdout == "GOOD MORNING TO YOU\n"
    done = mlxs(url, "transcribe", "talk.wav", "--format", "srt", "--out", "talk.srt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "talk.srt").read_text().startswith("1\n00:00:00,000 --> ")


def test_what_was_heard_is_shown_where_somebody_looks(url: str, tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_text("good morning to you")
    done = mlxs(url, "transcribe", "talk.wav", cwd=tmp_path, FORCE_COLOR="1", COLUMNS="80")
    assert " of 0:00:04" in done.stderr


def test_a_conversation_of_one_message(url: str, tmp_path: Path) -> None:
    done = mlxs(url, "chat", "Hello!", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_no_server_is_there(tmp_path: Path) -> None:
    assert "no server answers" in mlxs("http://127.0.0.1:9", "draw", "a cat", cwd=tmp_path).stderr


def test_no_model_can(tmp_path: Path) -> None:
    with serving() as served:
        assert "no model" in mlxs(served.url, "draw", "a cat", cwd=tmp_path).stderr
