"""A Python of its own for each model: pins that conflict serve side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
import yaml
from launched import launch
from wheels import environment, pip, wheel

BACKEND = """
from mlxs.backends import Backend, ChatModel, ModelInfo, Piece
from mlxs.hooks import hookimpl
from mlxs.options import TextModelOptions
from mlxs.specs import BackendSpec
from pydantic import Field
from typing import Literal

class Options(TextModelOptions):
    renamed = {"loudness": "volume"}
    volume: int = Field(1, ge=1, le=3, description="How loud it is.")
    tone: Literal["flat", "sharp"] | None = Field(None, description="How it sounds.")

class Model(Backend[Options], ChatModel):
    def load(self, progress):
        return ModelInfo()

    def chat(self, request):
        import clash
        for word in ("clash", clash.__version__, self.options.tone or "plain"):
            yield Piece(word + "!" * self.options.volume + " ")

@hookimpl
def mlxs_backends():
    yield BackendSpec(name="NAME", target=__name__ + ":Model", options=__name__ + ":Options", capabilities=("chat",),
                      aliases=("my-NAME",), requires=("clash",), recognises=("model_type=NAME-*",))
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two backends that want two versions of one library."""
    place = tmp_path_factory.mktemp("wheels")
    for number, name in enumerate(("flute", "drum"), 1):
        wheel(place, "clash", f"{number}.0", f"__version__ = '{number}.0'")
        needs = ("mlxs-core>=0.1", f"clash=={number}.0")
        wheel(place, f"mlxs-{name}", f"1.{number}", BACKEND.replace("NAME", name), requires=needs, plugin=True)
    return place


@pytest.fixture(scope="module")
def pythons(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The interpreters of two environments, with a backend each."""
    place = tmp_path_factory.mktemp("environments")
    made = {name: environment(place / name) for name in ("flute", "drum")}
    for name, python in made.items():
        done = pip(python, "install", "--no-index", "--find-links", wheels, f"mlxs-{name}")
        assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def client(pythons: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    shared = {"model_path": "nothing", "volume": 2}
    models = [
        {**shared, "model_type": "flute", "served_model_name": "one", "python": str(pythons["flute"]), "tone": "sharp"},
        {**shared, "model_type": "my-drum", "served_model_name": "two", "python": str(pythons["drum"])},
    ]
    file = tmp_path_factory.mktemp("configuration") / "both.yaml"
    file.write_text(yaml.safe_dump({"models": models}))
    with launch("--config", str(file)) as served:
        yield openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0)


def said(client: openai.OpenAI, model: str) -> str | None:
    message = {"role": "user", "content": "Hello!"}
    return client.chat.completions.create(model=model, messages=[message]).choices[0].message.content  # type: ignore[list-item]


def refused(*arguments: str, **environment: str) -> str:
    """What is said of arguments that cannot be; never a traceback."""
    command = [sys.executable, "-m", "mlxs_cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode != 0 and "Traceback" not in done.stderr, done.stdout + done.stderr
    return done.stderr


def test_the_two_do_not_fit_into_one_environment(wheels: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "one")
    done = pip(python, "install", "--dry-run", "--no-index", "--find-links", wheels, "mlxs-flute", "mlxs-drum")
    assert done.returncode != 0 and "conflict" in done.stderr


def test_pins_that_conflict_serve_side_by_side(client: openai.OpenAI) -> None:
    assert said(client, "one") == "clash!! 1.0!! sharp!! "
    assert said(client, "two") == "clash!! 2.0!! plain!! "


def test_options_of_a_backend_elsewhere_are_flags(pythons: dict[str, Path]) -> None:
    elsewhere = ["launch", "--model-type", "flute", "--python", str(pythons["flute"])]
    command = [sys.executable, "-m", "mlxs_cli", *elsewhere, "--help"]
    shown = " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert "How loud it is. [1] (MLXS_VOLUME)" in shown and "--tone [flat|sharp]" in shown
    assert "--volume" in refused(*elsewhere, "--volume", "4")
    assert "--tone" in refused(*elsewhere, "--tone", "round")
    assert "MLXS_VOLUME" in refused(*elsewhere, MLXS_VOLUME="0")


def test_what_is_wrong_with_an_environment_is_said(
    pythons: dict[str, Path], wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def launched(python: Path | str, model_type: str = "flute", **environment: str) -> str:
        return refused("launch", "--model-type", model_type, "--python", str(python), **environment)

    assert "is no interpreter that can be run (No such file or directory)" in launched("/nowhere/python")
    assert "is no interpreter that can be run (Permission denied)" in launched(tmp_path)
    bare = environment(tmp_path / "bare", beside=False)
    assert f"{bare} has no mlxs-core, or an old one: {bare} -m pip install mlxs-core==" in launched(bare)
    lacking = environment(tmp_path / "lacking")
    assert f"in the environment of {lacking}: there is no model type 'flute'" in launched(lacking)
    pip(lacking, "install", "--no-index", "--no-deps", *wheels.glob("mlxs_flute*"))
    assert "mlxs-flute:flute needs clash, which is not installed" in launched(lacking)
    old = wheel(tmp_path, "mlxs-core", "0.0.1", "")
    pip(lacking, "install", "--no-index", "--no-deps", "--ignore-installed", old)
    assert f"{lacking} has mlxs-core 0.0.1 and the server " in launched(lacking)


def test_mlxs_plugins_install_makes_an_environment_and_uses_it(wheels: Path, tmp_path: Path) -> None:
    # The new environment finds what the core needs on PYTHONPATH, so that nothing is downloaded.
    here = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    place = tmp_path / "environments"
    settings = {
        **os.environ,
        "MLXS_ENVIRONMENTS": str(place),
        "PYTHONPATH": here,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_BUILD_ISOLATION": "0",  # which, to pip, says that there is to be none
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }

    def mlxs(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mlxs_cli", *arguments], capture_output=True, text=True, env=settings
        )

    done = mlxs("plugins", "install", "mlxs-drum", "--from", "mlxs-drum==1.2")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"mlxs-drum 1.2 serves --model-type drum, from {place}/mlxs-drum\n"
    assert "Successfully installed" in done.stderr
    (listed,) = [row for row in json.loads(mlxs("plugins", "--json").stdout) if row["environment"]]
    assert listed == {
        "distribution": "mlxs-drum",
        "version": "1.2",
        "offers": {"model type": ["drum"]},
        "trouble": [],
        "environment": f"{place}/mlxs-drum",
    }
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "drum-kit"}')
    path = ["--model-path", str(model), "--served-model-name", "two"]
    with launch(*path, MLXS_ENVIRONMENTS=str(place), PYTHONPATH=here) as served:
        client = openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0)
        assert said(client, "two") == "clash! 2.0! plain! "

    failed = mlxs("plugins", "install", "mlxs-drum", "--from", "mlxs-drum==9")
    assert failed.returncode != 0 and "nothing was changed" in failed.stderr
    assert [entry.name for entry in place.iterdir()] == ["mlxs-drum"]
    strange = mlxs("plugins", "install", "clash", "--from", "clash")
    assert "offers no model type; it is removed again" in strange.stderr
    assert [entry.name for entry in place.iterdir()] == ["mlxs-drum"]
    assert mlxs("plugins", "remove", "my-drum").stdout == f"removed {place}/mlxs-drum\n"
    assert list(place.iterdir()) == []
    assert "there is no environment for drum; environments: none" in mlxs("plugins", "remove", "drum").stderr


@pytest.mark.parametrize(("name", "hint"), [("whispr", "did you mean whisper? For"), ("qwx-z", "backend qwx-z; for")])
def test_a_name_nobody_has_heard_of_is_not_installed(name: str, hint: str) -> None:
    assert hint in refused("plugins", "install", name)
