"""A distribution that is not there, for tests of how plugins are found.

    def test_found(install):
        install("acme-shout", SHOUT)
        assert "shout" in Catalog(Plugins.from_environment()).backends.names()

Import the fixture in conftest.py: `from mlxs.testing.install import install`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from ..plugins import GROUP


class Install(Protocol):
    """Puts a distribution of one module on `sys.path`, with one entry point that names it.

    Args:
        name: Of the distribution and of its entry point; dashes become underscores in the module's name.
        code: The module.
        group: Of the entry point; another API's is `mlxs.v0`.
        version: Of the distribution.

    Returns the directory that holds it.
    """

    def __call__(self, name: str, code: str, *, group: str = GROUP, version: str = "1.0") -> Path: ...


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install fake plugins until the test ends."""
    modules: set[str] = set()

    def install(name: str, code: str, *, group: str = GROUP, version: str = "1.0") -> Path:
        module = name.replace("-", "_")
        place = tmp_path_factory.mktemp("site-packages")
        (place / f"{module}.py").write_text(code)
        info = place / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}\n")
        monkeypatch.syspath_prepend(str(place))
        importlib.invalidate_caches()
        modules.add(module)
        return place

    yield install
    for module in modules:
        sys.modules.pop(module, None)
