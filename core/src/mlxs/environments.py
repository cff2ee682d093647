"""Environments that `mlxs plugins install` made, each for one plugin that does not fit beside the others."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .plugins import Offer

RECORD = "environment.json"
"""What says, in an environment, what it is for; written last, so that a half-made one is none."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment.

    Args:
        name: The distribution it is for.
        version: Of that distribution.
        types: Every name that its model types answer to, the distribution's before it or not.
        offers: The names they go by, and what each recognises.
        place: Its directory.
    """

    name: str
    version: str
    types: tuple[str, ...]
    offers: Mapping[str, tuple[str, ...]]
    place: Path = field(compare=False)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.place / "bin" / "python"

    @property
    def trouble(self) -> str:
        """Why it cannot be used; "" where it can."""
        gone = "its interpreter is gone; make it anew: mlxs plugins install {}"
        return "" if self.python.exists() else gone.format(self.name)

    def write(self) -> None:
        """Make the directory an environment."""
        said = {key: value for key, value in asdict(self).items() if key != "place"}
        (self.place / RECORD).write_text(json.dumps(said, indent=2))


def directory() -> Path:
    """Where they lie: `MLXS_ENVIRONMENTS`, else the platform's place for data."""
    from platformdirs import user_data_path

    said = os.environ.get("MLXS_ENVIRONMENTS")
    return Path(said).expanduser() if said else user_data_path("mlxs", appauthor=False) / "environments"


def environments() -> list[Environment]:
    """Those there are, by name."""
    return [_read(record) for record in sorted(directory().glob(f"[!.]*/{RECORD}"))]


def bringing(model_type: str, beside: Offer | None = None) -> Environment | None:
    """The one that has that kind of model.

    Args:
        beside: What the server's own environment understands by the name.
    """
    names = {model_type} if beside is None else {model_type, beside.full_name}
    return next((one for one in environments() if names & {one.name, *one.types} and not one.trouble), None)


def _read(record: Path) -> Environment:
    said = json.loads(record.read_text())
    return Environment(
        name=said["name"],
        version=said["version"],
        types=tuple(said["types"]),
        offers={offer: tuple(marks) for offer, marks in said["offers"].items()},
        place=record.parent,
    )
