"""Building an environment, wholly or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from mlxs.elsewhere import Elsewhere
from mlxs.environments import Environment
from mlxs.errors import MlxsError

from .sources import Source


def make(name: str, wanted: Source, place: Path) -> Environment:
    """Build an environment beside its place and move it there when all is well.

    Raises MlxsError that says what is wrong; then nothing is left of it, and the former one is as it was.
    """
    unfinished = place.with_name(f".{place.name}-{os.getpid()}")
    python = unfinished / "bin" / "python"
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    try:
        _run([sys.executable, "-m", "venv", str(unfinished)], "no environment can be made with this Python")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install"]
        failed = f"{name} could not be installed; --from says where else to take it from"
        _run([*pip, *wanted.requirements], failed)
        if wanted.bare:
            _run([*pip, "--no-deps", *wanted.bare], failed)
        made = _record(name, Elsewhere(str(python)), unfinished)
        made.write()
        former = place.with_name(f".{place.name}-{os.getpid()}-former")
        if place.exists():
            place.rename(former)
        unfinished.rename(place)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Environment(name=name, version=made.version, types=made.types, offers=made.offers, place=place)


def _record(name: str, there: Elsewhere, place: Path) -> Environment:
    """What is to be known of it. Raises MlxsError where it has no backend that can be used."""
    offers = [offer for offer in there.shelf.offers if offer.plugin.name == name]
    if not offers:
        broken = next((plugin.trouble for plugin in there.found if plugin.name == name), "offers no model type")
        raise MlxsError(f"{name} was installed but {broken}; it is removed again")
    for offer in offers:
        there.find(offer.full_name)  # raises where its library is missing
    names = [one for offer in offers for one in (offer.spec.name, *offer.spec.aliases)]
    types = (*names, *(f"{name}:{one}" for one in names))
    specs: list[Any] = [offer.spec for offer in offers]
    offered = {spec.name: spec.recognises for spec in specs}
    return Environment(name=name, version=there.versions[name], types=types, offers=offered, place=place)


def _run(command: list[str], failed: str) -> None:
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise MlxsError(f"{failed}. What went wrong is said above; nothing was changed")
