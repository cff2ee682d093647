"""Where `mlxs plugins install` takes a plugin from."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from mlxs.errors import MlxsError
from mlxs_cli import sources
from mlxs_cli.sources import source

PROJECT = """[project]
name = "{name}"
version = "1"
dependencies = {needs}
[project.optional-dependencies]
cuda = ["mlxs-both>=0.1"]
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree that the core was installed from, whose plugin needs a library, and that another."""
    needs = {"core": [], "plugins/a/tune": ["numpy", "mlxs-shared[cpu]>=0.1", "mlxs-core[hub]>=0.1"]}
    needs |= {"plugins/libraries/shared": ["mlxs_deep >= 0.1"], "plugins/libraries/deep": [], "plugins/b/both": []}
    for place, lines in needs.items():
        project = tmp_path / place
        project.mkdir(parents=True)
        (project / "pyproject.toml").write_text(PROJECT.format(name=f"mlxs-{project.name}", needs=lines))
    origin(monkeypatch, f'{{"url": "{(tmp_path / "core").as_uri()}", "dir_info": {{}}}}')
    return tmp_path


def origin(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    class Core:
        def read_text(self, name: str) -> str | None:
            return said if name == "direct_url.json" else None

    monkeypatch.setattr(sources, "distribution", lambda name: Core())


def test_a_tree_brings_all_that_is_needed_of_it(house: Path) -> None:
    places = [house / "plugins/a/tune", house / "core", house / "plugins/libraries/shared"]
    told = source("mlxs-tune", None, [])
    assert set(told.requirements) == {str(place) for place in [*places, house / "plugins/libraries/deep"]}
    assert told.said == f"mlxs-tune, from {places[0]}"


def test_extras_need_things_too(house: Path) -> None:
    first, *others = source("mlxs-tune", None, ["cuda"]).requirements
    assert first == f"{house / 'plugins/a/tune'}[cuda]"
    assert str(house / "plugins/b/both") in others


def test_a_path_is_taken_in_place_of_the_tree_s(house: Path) -> None:
    given = str(house / "plugins/b/both")
    assert source("mlxs-tune", given, []).requirements == (given, str(house / "core"))


def test_without_a_tree_it_is_the_index_and_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    origin(monkeypatch, None)
    told = source("mlxs-whisper", None, ["cuda"])
    assert told.requirements == (f"mlxs-core=={version('mlxs-core')}", "mlxs-whisper[cuda]")
    assert told.said == "mlxs-whisper[cuda], from the package index"
    assert source("mlxs-whisper", None, []).requirements[1] in ("mlxs-whisper[cpu]", "mlxs-whisper[cuda]")
    assert source("acme", "acme @ https://acme.example/acme.zip", []).requirements[1].startswith("acme @ https")


def test_a_tree_that_is_gone(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin(monkeypatch, '{"url": "file:///no/where/core", "dir_info": {}}')
    with pytest.raises(
        MlxsError, match="installed from /no/where/core, which is gone; say where the plugin is: --from"
    ):
        source("mlxs-tune", None, [])


def test_a_library_that_asks_for_too_much_is_installed_bare(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources.sys, "platform", "linux")
    assert source("mlxs-image", "x", []).bare == ("mflux>=0.24,<0.25",)
    monkeypatch.setattr(sources.sys, "platform", "darwin")
    assert source("mlxs-image", "x", []).bare == ()
