"""Where a plugin is to be installed from: the tree that mlxs itself came from, or the package index."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, distributions, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mlxs.catalog import bare, known
from mlxs.errors import MlxsError

ORIGIN = "direct_url.json"
"""Where a distribution came from, if from no index: https://packaging.python.org/specifications/direct-url"""

DEVICES = ("cpu", "cuda")
"""Extras of our plugins: where MLX computes."""


@dataclass(frozen=True)
class Source:
    """What pip is to be told.

    Args:
        requirements: The distribution, the core, and what else of the house it needs.
        bare: Libraries to install afterwards without what they ask for.
        said: The same for a person.
    """

    requirements: tuple[str, ...]
    bare: tuple[str, ...]
    said: str


def source(name: str, given: str | None, extras: Sequence[str]) -> Source:
    """How to install a distribution beside the core that runs here.

    Args:
        name: Of the distribution.
        given: A path, address or requirement to install instead of the name.
        extras: Of the distribution; none: where MLX computes here, if it is one of ours.

    Raises MlxsError where the tree that mlxs came from is gone.
    """
    house = _house()
    place = Path(given).expanduser() if given else house.get(name)
    tree = place is not None and (place / "pyproject.toml").is_file()
    if not extras and (name in known("backend").values()):
        extras = [_device()]
    bracket = f"[{','.join(extras)}]" if extras else ""
    without = tuple(bare().get(name, ())) if sys.platform == "linux" else ()
    core = str(house["mlxs-core"]) if "mlxs-core" in house else f"mlxs-core=={version('mlxs-core')}"
    if not tree:
        wanted = f"{given or name}{bracket}"
        return Source((core, wanted), without, f"{wanted}, from {'where you say' if given else 'the package index'}")
    assert place is not None
    place = place.resolve()
    _, *beside = map(str, _needed(place, extras, house))
    requirements = (f"{place}{bracket}", *dict.fromkeys([core, *beside]))
    return Source(requirements, without, f"{name}{bracket}, from {place}")


def _house() -> Mapping[str, Path]:
    """The distributions that lie in one tree with the core, where it was installed from a tree."""
    said = json.loads(distribution("mlxs-core").read_text(ORIGIN) or "{}")
    if "dir_info" not in said:
        return {}
    core = Path(url2pathname(urlsplit(said["url"]).path))
    if not core.is_dir():
        raise MlxsError(f"mlxs was installed from {core}, which is gone; say where the plugin is: --from PATH")
    files = [file for depth in ("*", "*/*", "*/*/*") for file in sorted(core.parent.glob(f"{depth}/pyproject.toml"))]
    found = {_project(file.parent).get("name", ""): file.parent for file in files if not _hidden(file, core.parent)}
    return {**found, "mlxs-core": core}


def _hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _project(place: Path) -> dict[str, Any]:
    said: dict[str, Any] = tomllib.loads((place / "pyproject.toml").read_text()).get("project", {})
    return said


def _needed(place: Path, extras: Sequence[str], house: Mapping[str, Path]) -> list[Path]:
    """What a project needs of the house, and what that needs in turn; itself first."""
    found = [place]
    for one in found:  # which grows as it is walked
        project = _project(one)
        optional = project.get("optional-dependencies", {})
        lines = [*project.get("dependencies", ()), *(line for extra in extras for line in optional.get(extra, ()))]
        names = [match[0].lower().replace("_", "-") for line in lines if (match := re.match(r"[\w.-]+", line))]
        found += dict.fromkeys(house[name] for name in names if name in house and house[name] not in found)
    return found


def _device() -> str:
    """Where MLX computes here."""
    cpu, cuda = DEVICES
    return cuda if any(each.name.startswith("mlx-cuda") for each in distributions() if each.name) else cpu
