"""The house as its tests read it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Member:
    """A distribution of this repository: its directory, and its pyproject.toml."""

    place: Path
    pyproject: dict[str, Any]

    @property
    def project(self) -> dict[str, Any]:
        table: dict[str, Any] = self.pyproject["project"]
        return table

    @property
    def name(self) -> str:
        return str(self.project["name"])

    @property
    def package(self) -> Path:
        """The one package it installs."""
        (package,) = (entry for entry in (self.place / "src").iterdir() if entry.is_dir())
        return package

    @property
    def kind(self) -> str:
        """`core`, `cli`, or the room under `plugins` it stands in, such as `parsers`."""
        return self.place.name if self.place.parent == HOUSE else self.place.parent.name

    @property
    def needs(self) -> list[str]:
        """What is installed with it."""
        return list(self.project.get("dependencies", ()))

    @property
    def entry_points(self) -> dict[str, str]:
        found: dict[str, str] = self.project.get("entry-points", {}).get("mlxs.v1", {})
        return found


def member(place: Path) -> Member:
    return Member(place, tomllib.loads((place / "pyproject.toml").read_text()))


ROOT = member(HOUSE)
MEMBERS = [member(HOUSE / "core"), member(HOUSE / "cli")]
MEMBERS += [member(file.parent) for file in sorted(HOUSE.glob("plugins/*/*/pyproject.toml"))]
DEFAULT = [member for member in MEMBERS if any(d.startswith(f"{member.name} @") for d in ROOT.project["dependencies"])]
"""What the root installs where no extra is named."""
INSTALLED = [member for member in MEMBERS if member in DEFAULT or find_spec(member.package.name)]


def modules(package: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a package: dotted name and file."""
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def imports(module: str, file: Path) -> Iterator[str]:
    """Every name a module imports, wherever in it, dots resolved: `a.b` for both `import a.b` and `from a import b`."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*up, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
