"""Finding plugins, and keeping a bad one from spoiling the rest.

pluggy's own entry-point loader stops at the first plugin that fails, and one generator that raises
ends a whole multicall. So entry points are loaded one by one here, and offers are gathered per
implementation; what went wrong is written down beside the plugin it went wrong in.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from .hooks import Hooks
from .specs import Spec

API = "v1"
GROUP = f"mlxs.{API}"

log = logging.getLogger(__name__)


@dataclass
class Plugin:
    """One entry point, and what came of it.

    Args:
        entry: Where it was found.
        trouble: Why (some of) it cannot be used; "" where all is well.
    """

    entry: EntryPoint
    trouble: str = ""

    def blame(self, hook: str, error: BaseException) -> None:
        """Write down that one of its hooks failed."""
        self.trouble = f"{hook} failed: {_said(error)}"
        log.warning("plugin %s: %s", self.name, self.trouble)
        log.debug("plugin %s", self.name, exc_info=error)

    @cached_property  # reads the distribution's metadata
    def name(self) -> str:
        """The distribution's name; the entry point's where there is no distribution."""
        return self.entry.dist.name if self.entry.dist else self.entry.name

    @property
    def version(self) -> str:
        return self.entry.dist.version if self.entry.dist else ""


@dataclass(frozen=True)
class Implementation:
    """One plugin's implementation of a hook, to be called by itself so that it fails by itself."""

    function: Callable[..., Any]
    arguments: tuple[str, ...]
    plugin: Plugin

    def __call__(self, **arguments: Any) -> Any:
        return self.function(*(arguments[name] for name in self.arguments))


@dataclass(frozen=True)
class Offer:
    """A spec, and the plugin it came from."""

    spec: Spec
    plugin: Plugin = field(compare=False)

    @property
    def full_name(self) -> str:
        return f"{self.plugin.name}:{self.spec.name}"


class Plugins:
    """All plugins that are installed, loaded as far as they can be.

    Args:
        only: Names of entry points or distributions to load; None for all. `MLXS_PLUGINS=a,b`.
        without: Names not to load. `MLXS_WITHOUT=c`.
    """

    def __init__(self, only: Iterable[str] | None = None, without: Iterable[str] = ()) -> None:
        self._manager = pluggy.PluginManager("mlxs")
        self._manager.add_hookspecs(Hooks)
        self._only = None if only is None else frozenset(only)
        self._without = frozenset(without)
        self._owners: dict[str, Plugin] = {}
        self.found: list[Plugin] = []

    @classmethod
    def from_environment(cls, *, bare: bool = False) -> Plugins:
        """Load what the environment allows; nothing where `bare`."""
        only = os.environ.get("MLXS_PLUGINS")
        plugins = cls(
            only=() if bare else None if only is None else _names(only),
            without=_names(os.environ.get("MLXS_WITHOUT", "")),
        )
        plugins.discover()
        return plugins

    @property
    def hook(self) -> Any:
        """The hooks, to be called."""
        return self._manager.hook

    def discover(self) -> None:
        """Find and load every entry point of the plugin API."""
        seen: set[tuple[str, str]] = set()  # a source tree on sys.path lists its entry points twice
        for group in sorted(name for name in entry_points().groups if name.startswith("mlxs.v")):
            for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
                if (entry.name, entry.value) in seen or not self._wanted(entry):
                    continue
                seen.add((entry.name, entry.value))
                plugin = Plugin(entry)
                self.found.append(plugin)
                if group == GROUP:
                    self._load(plugin)
                else:
                    plugin.trouble = f"speaks plugin API {group.removeprefix('mlxs.')}, this is {API}"

    def add(self, module: Any, name: str) -> Plugin:
        """Register a module, or any object with hooks, that no entry point names: a test's, or one server's alone."""
        plugin = Plugin(EntryPoint(name=name, value=getattr(module, "__name__", name), group=GROUP))
        self.found.append(plugin)
        self._register(plugin, module)
        return plugin

    def offers(self, hook: str, kind: type[Spec]) -> Iterator[Offer]:
        """Every offer of this kind made through this hook, one implementation after the other."""
        for implementation in self.implementations(hook):
            try:
                for spec in implementation():
                    if not isinstance(spec, kind):
                        raise TypeError(f"{spec!r} is no {kind.__name__}")
                    yield Offer(spec, implementation.plugin)
            except (Exception, SystemExit) as error:
                implementation.plugin.blame(hook, error)

    def implementations(self, hook: str) -> Iterator[Implementation]:
        """Each implementation of a hook, in the order in which pluggy calls them: wrappers first."""
        for found in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            yield Implementation(found.function, found.argnames, self._owners[found.plugin_name])

    def _wanted(self, entry: EntryPoint) -> bool:
        names = {entry.name, entry.dist.name if entry.dist else entry.name}
        return not names & self._without and (self._only is None or bool(names & self._only))

    def _load(self, plugin: Plugin) -> None:
        try:
            module = plugin.entry.load()
        except (Exception, SystemExit) as error:
            plugin.trouble = f"cannot be imported: {_said(error)}"
            log.debug("plugin %s", plugin.name, exc_info=True)
        else:
            self._register(plugin, module)

    def _register(self, plugin: Plugin, module: Any) -> None:
        known = {name for name in dir(Hooks) if name.startswith("mlxs_")}
        marked = {name for name in dir(module) if self._manager.parse_hookimpl_opts(module, name) is not None}
        if unknown := sorted(marked - known):
            plugin.trouble = f"needs a newer mlxs-core: unknown hook {', '.join(unknown)}"
            return
        label = f"{plugin.name}/{plugin.entry.name}"
        if label in self._owners:
            plugin.trouble = "left out: a plugin of this name is loaded already"
            return
        try:
            self._manager.register(module, name=label)
        except Exception as error:
            if self._manager.has_plugin(label):
                self._manager.unregister(name=label)
            plugin.trouble = f"does not fit: {_said(error)}"
            return
        self._owners[label] = plugin


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, (name.strip() for name in text.split(","))))


def _said(error: BaseException) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"
