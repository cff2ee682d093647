"""Backends of other environments: asked of their interpreter, which is the only one that can import them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, version
from pathlib import Path
from typing import Any

from .catalog import Catalog, CatalogError, Shelf, known, lacking
from .described import options_type
from .environments import bringing
from .plugins import GROUP, Offer, Plugin, Plugins
from .specs import BackendSpec, ElsewhereSpec, Spec

PATIENCE = 120.0
"""Seconds for which an interpreter may think about what it has."""


class Elsewhere(Plugins):
    """The backends of another environment.

    Args:
        python: Its interpreter.

    Raises CatalogError where there is no such interpreter, or it has not this version of mlxs-core.
    """

    def __init__(self, python: str) -> None:
        super().__init__(only=())
        self.python = str(Path(python).expanduser())
        told = self._told()
        self.found = [_plugin(name, trouble) for name, trouble in told["trouble"].items()]
        self.versions: dict[str, str] = {said["distribution"]: said["version"] for said in told["backends"]}
        self._backends = [(self._offer(said), said["lacks"]) for said in told["backends"]]
        self.shelf = Shelf(BackendSpec, self, "mlxs_backends", "backend", "model type")

    def offers(self, hook: str, kind: type[Spec]) -> Iterator[Offer]:
        return (offer for offer, _ in self._backends)

    def find(self, name: str) -> BackendSpec:
        """A backend that can be used there. Raises CatalogError where there is none of that name."""
        try:
            offer = self.shelf.offer(name)
        except CatalogError as error:
            raise CatalogError(f"in the environment of {self.python}: {error}") from None
        for one, lacks in self._backends:
            if one is offer and lacks:
                raise CatalogError(f"in the environment of {self.python}: {lacks}")
        return offer.spec  # type: ignore[return-value]

    def _told(self) -> Any:
        """What the interpreter says of itself."""
        ours = version("mlxs-core")
        cure = f"{self.python} -m pip install mlxs-core=={ours}"
        try:
            command = [self.python, "-m", "mlxs.worker.describe"]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise CatalogError(f"{self.python} has not said within {PATIENCE:g} s what backends it has") from None
        except OSError as error:
            hint = "name the interpreter of an environment, such as ENVIRONMENT/bin/python"
            raise CatalogError(f"{self.python} is no interpreter that can be run ({error.strerror}); {hint}") from None
        last = (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]
        if done.returncode and "No module named" in last and "mlxs" in last:
            raise CatalogError(f"{self.python} has no mlxs-core, or an old one: {cure}")
        if done.returncode:
            raise CatalogError(f"{self.python} cannot run a backend of mlxs: {last}")
        told = json.loads(done.stdout)
        if told["version"] != ours:
            raise CatalogError(f"{self.python} has mlxs-core {told['version']} and the server {ours}: {cure}")
        return told

    def _offer(self, said: dict[str, Any]) -> Offer:
        kind = options_type(said["schema"], said["renamed"]) if "schema" in said else BackendSpec
        spec: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in said["spec"].items()
        }
        return Offer(ElsewhereSpec(**spec, python=self.python, kind=kind), _plugin(said["distribution"]))


ask = cache(Elsewhere)
"""The backends of an interpreter's environment, asked once."""


def backend(catalog: Catalog, model_type: str, python: str | None = None) -> BackendSpec:
    """The backend for a kind of model.

    Args:
        model_type: Its name, an alias, or `distribution:name`.
        python: The interpreter of the environment to take it from. None: the server's own, or, where that has not
            the backend or not all that it needs, the environment that `mlxs plugins install` made for it.

    Raises CatalogError where there is none. That of the server's own environment may still lack something.
    """
    if python:
        return ask(python).find(model_type)
    beside = catalog.backends.offer(model_type) if model_type in catalog.backends else None
    if (beside is None or lacking(beside)) and (made := bringing(model_type, beside)):
        try:
            return ask(str(made.python)).find(model_type)
        except CatalogError as error:
            raise CatalogError(f"{error}\nor make it anew: mlxs plugins install {made.name}") from None
    try:
        return catalog.backends.find(model_type)
    except CatalogError as error:
        if model_type in known("backend"):
            raise CatalogError(f"{error}, or {_apart(model_type)}") from None
        raise


def usable(catalog: Catalog, model_type: str, python: str | None = None) -> BackendSpec:
    """As `backend`; raises CatalogError, too, where it lacks something."""
    spec = backend(catalog, model_type, python)
    if not isinstance(spec, ElsewhereSpec) and (lacks := lacking(catalog.backends.offer(model_type))):
        raise CatalogError(f"{lacks}, or {_apart(model_type)}")
    return spec


def _apart(model_type: str) -> str:
    return f"for an environment of its own: mlxs plugins install {model_type}"


def _plugin(name: str, trouble: str = "") -> Plugin:
    return Plugin(EntryPoint(name=name, value="", group=GROUP), trouble)
