"""The published kit, and what only this model knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mlxs.backends import Done, Piece
from mlxs.errors import MlxsError
from mlxs.requests import ChatRequest, CompletionRequest, Message, SamplingParams
from mlxs.testing.backends import BackendKit
from mlxs_markov.chain import Markov, MarkovOptions

SONG = "Row, row, row your boat, gently down the stream, merrily, merrily, merrily, life is but a dream, and " * 9
LONG = SamplingParams(max_tokens=3000, seed=1)


class TestMarkov(BackendKit):
    backend = "markov"
    requests = {
        "chat": ChatRequest(messages=(Message(role="user", content="Sing!"),), sampling=LONG),
        "completion": CompletionRequest(prompt="Row", sampling=LONG),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
        return {"model_path": str(write(tmp_path_factory.mktemp("songs"), SONG * 20))}


def write(place: Path, text: str) -> Path:
    file = place / "corpus.txt"
    file.write_text(text)
    return file


def say(file: Path, prompt: str, **sampling: Any) -> str:
    model = Markov(MarkovOptions(model_path=str(file)))
    model.load(lambda what, done, total: None)
    job = model.prepare(CompletionRequest(prompt=prompt, sampling=SamplingParams(**sampling)))
    *said, done = model.complete(job)
    assert isinstance(done, Done)
    return "".join(piece.text for piece in said if isinstance(piece, Piece))


def test_knows_its_text_by_heart(tmp_path: Path) -> None:
    file = write(tmp_path, "One is one.\n\nTwo is two.")
    assert say(file, "Two", temperature=0) == " is two."


def test_makes_something_of_words_it_never_saw(tmp_path: Path) -> None:
    assert say(write(tmp_path, "One, two."), "Xyzzy", max_tokens=1, temperature=0) in ("One", ",", " two", ".")


def test_same_seed_same_answer(tmp_path: Path) -> None:
    file = write(tmp_path, SONG)
    answers = {say(file, "Row, merrily", seed=seed, max_tokens=200) for seed in (1, 1, 2, 3)}
    assert len(answers) == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MlxsError, match="--model-path"):
        say(tmp_path / "nothing.txt", "Hello")
