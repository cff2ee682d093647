"""The official SDKs for JavaScript, against `mlxs launch`: the suites in `node/`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import HOUSE
from launched import launch

SUITES = HOUSE / "tests/node"
NODE, NPM = shutil.which("node"), shutil.which("npm")

pytestmark = pytest.mark.skipif(not (NODE and NPM), reason="node and npm are not installed here")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suites with the SDKs beside them."""
    place = shutil.copytree(SUITES, tmp_path_factory.mktemp("node") / "suites")
    command = [str(NPM), "install", "--no-audit", "--no-fund", "--no-package-lock"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the SDKs for JavaScript cannot be had here: {done.stderr[-200:]}")
    return place


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launch() as served:
        yield served.url


@pytest.mark.parametrize("suite", sorted(path.name for path in SUITES.glob("*.test.mjs")))
def test_suite(suite: str, place: Path, url: str) -> None:
    environment = {**os.environ, "SERVER": url}
    done = subprocess.run([str(NODE), "--test", suite], cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]
