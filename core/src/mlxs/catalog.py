"""From a name to the thing: who offers it, who else does, and what to install where nobody does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Generic, TypeVar

from .errors import MlxsError
from .plugins import Offer, Plugins
from .specs import (
    BackendSpec,
    CommandSpec,
    ConverterSpec,
    ModelSpec,
    OptionsSpec,
    ReasoningParserSpec,
    Spec,
    StoreSpec,
    SurfaceSpec,
    ToolParserSpec,
)

S = TypeVar("S", bound=Spec)


class CatalogError(MlxsError):
    """A name that cannot be turned into a thing."""


class Shelf(Generic[S]):
    """All offers of one kind.

    Args:
        spec: Their kind.
        plugins: Where they come from.
        hook: The hook they come through.
        kind: Key of known.toml, such as `tool_parser`.
        title: What messages call it.
    """

    def __init__(self, spec: type[S], plugins: Plugins, hook: str, kind: str, title: str) -> None:
        self._plugins = plugins
        self.kind = kind
        self.title = title
        self.offers: tuple[Offer, ...] = tuple(plugins.offers(hook, spec))

    def __iter__(self) -> Iterator[S]:
        return (offer.spec for offer in self.offers)  # type: ignore[misc]

    def __contains__(self, name: str) -> bool:
        """Whether anybody offers that name, as `offer` understands it."""
        return bool(self._offers(self._ours(name)))

    def names(self) -> list[str]:
        """The names on offer, each once, in alphabetical order."""
        return sorted({spec.name for spec in self})

    def find(self, name: str) -> S:
        """The offer of that name, alias or `distribution:name`.

        Raises CatalogError where there is none, or where two plugins have chosen the name.
        """
        return self.offer(name).spec  # type: ignore[return-value]

    def offer(self, name: str) -> Offer:
        """As `find`, with the plugin it comes from.

        `engine:name` is what that name means to another engine, where engines.toml knows better than
        that it means the same.
        """
        name = self._ours(name)
        found = self._offers(name)
        if len(found) == 1:
            return found[0]
        if found:
            choices = " or ".join(repr(offer.full_name) for offer in found)
            raise CatalogError(f"{len(found)} plugins offer the {self.title} {name!r}: ask for {choices}")
        raise CatalogError(self._unknown(name))

    def load(self, name: str) -> Any:
        """The thing itself. Raises CatalogError where its library is missing or it cannot be imported."""
        return load(self.offer(name))

    def _ours(self, name: str) -> str:
        engine, _, theirs = name.partition(":")
        return engines()[engine].get(self.kind, {}).get(theirs, theirs) if engine in engines() else name

    def _offers(self, name: str) -> list[Offer]:
        found = [offer for offer in self.offers if name in (offer.spec.name, offer.full_name)]
        return found or [offer for offer in self.offers if name in _aliases(offer)]

    def _unknown(self, name: str) -> str:
        near = get_close_matches(name, [*self.names(), *(a for offer in self.offers for a in offer.spec.aliases)], 1)
        said = [f"there is no {self.title} {name!r}" + (f"; did you mean {near[0]!r}?" if near else ".")]
        if names := self.names():
            said.append(f"Installed: {', '.join(names)}.")
        distribution = known(self.kind).get(name)
        broken = [plugin for plugin in self._plugins.found if plugin.trouble and plugin.name in (distribution, name)]
        if broken:
            said.append(f"{broken[0].name} is installed but {broken[0].trouble}.")
        elif distribution:
            said.append(f"{distribution} brings it: pip install {distribution}")
        return " ".join(said)


class Catalog:
    """Everything that is on offer."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.backends = Shelf(BackendSpec, plugins, "mlxs_backends", "backend", "model type")
        self.converters = Shelf(ConverterSpec, plugins, "mlxs_converters", "converter", "message converter")
        self.tool_parsers = Shelf(ToolParserSpec, plugins, "mlxs_tool_parsers", "tool_parser", "tool-call parser")
        self.reasoning_parsers = Shelf(
            ReasoningParserSpec, plugins, "mlxs_reasoning_parsers", "reasoning_parser", "reasoning parser"
        )
        self.surfaces = Shelf(SurfaceSpec, plugins, "mlxs_surfaces", "surface", "surface")
        self.stores = Shelf(StoreSpec, plugins, "mlxs_stores", "store", "store")
        self.commands = Shelf(CommandSpec, plugins, "mlxs_commands", "command", "command")
        self.options = Shelf(OptionsSpec, plugins, "mlxs_options", "options", "set of options")
        self.models = Shelf(ModelSpec, plugins, "mlxs_models", "model", "model")

    @property
    def shelves(self) -> tuple[Shelf[Any], ...]:
        return (
            self.backends,
            self.tool_parsers,
            self.reasoning_parsers,
            self.converters,
            self.surfaces,
            self.stores,
            self.commands,
            self.options,
            self.models,
        )


def load(offer: Offer) -> Any:
    """Import what is on offer; tells a missing library from a plugin that is broken."""
    spec = offer.spec
    if said := lacking(offer):
        raise CatalogError(said)
    try:
        return spec.load()
    except (Exception, SystemExit) as error:
        raise CatalogError(
            f"{offer.full_name} cannot be loaded from {spec.target}: {type(error).__name__}: {error}"
        ) from error


def lacking(offer: Offer) -> str:
    """What an offer needs that is not installed, and what to type; "" where nothing is missing."""
    if not (missing := missing_modules(offer.spec)):
        return ""
    install = offer.spec.install or f"pip install {missing[0].replace('_', '-')}"
    return f"{offer.full_name} needs {', '.join(missing)}, which is not installed: {install}"


def missing_modules(spec: Spec) -> list[str]:
    """Which of the modules an offer requires cannot be found; nothing is imported."""
    return [module for module in spec.requires if not _is_there(module)]


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package it would lie in
        return False


def known(kind: str) -> dict[str, str]:
    """Names this version has heard of, and the distribution that brings each."""
    return _table(kind)


@cache
def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("known.toml").read_text()).get(name, {})
    return table


def recognised() -> dict[str, tuple[str, ...]]:
    """Model types this version has heard of, and what tells their checkpoints: `BackendSpec.recognises`."""
    return {name: tuple(marks) for name, marks in _table("recognises").items()}


def bare() -> dict[str, list[str]]:
    """What of a distribution's libraries is installed without what it asks for, where that is more than it needs."""
    return _table("bare")


@cache
def engines() -> dict[str, dict[str, dict[str, str]]]:
    """What other engines' names mean here: engine, kind, their name to ours."""
    names: dict[str, Any] = tomllib.loads(files(__package__).joinpath("engines.toml").read_text())
    return names


def _aliases(offer: Offer) -> tuple[str, ...]:
    return (*offer.spec.aliases, *(f"{offer.plugin.name}:{alias}" for alias in offer.spec.aliases))
