"""The `mlxs_request` hooks around one request: what they make of it, and that they see its end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from ..errors import ModelFailed, RequestError
from ..events import Finish
from ..plugins import Plugin, Plugins


class Watch:
    """One request, as plugins want it.

    Args:
        plugins: Whose hooks are asked, each with what the one before it returned.
        request: As the client wants it.
        model: The model's name.

    Raises RequestError where a plugin refuses the request, or fails on it.
    """

    def __init__(self, plugins: Plugins, request: Any, model: str) -> None:
        self.request = request
        self._watching: list[tuple[Plugin, Generator[Any, Any, Any]]] = []
        for implementation in plugins.implementations("mlxs_request"):
            try:
                changed = implementation(request=self.request, model=model)
                if isinstance(changed, Generator):
                    self._watching.append((implementation.plugin, changed))
                    changed = next(changed)
            except Exception as error:
                failure = _failure(implementation.plugin, error)
                self.end(failure)
                raise failure from error
            self.request = self.request if changed is None else changed

    def end(self, outcome: Finish | Exception | None) -> None:
        """Tell the wrappers how it ended, the last one first: None where the client left."""
        while self._watching:
            plugin, watching = self._watching.pop()
            try:
                if isinstance(outcome, Exception):
                    watching.throw(outcome)
                else:
                    watching.send(outcome)
            except StopIteration:
                continue
            except Exception as error:
                if error is not outcome:
                    plugin.blame("mlxs_request", error)
            watching.close()


def _failure(plugin: Plugin, error: Exception) -> RequestError:
    if isinstance(error, RequestError):
        return error
    plugin.blame("mlxs_request", error)
    return ModelFailed(f"the plugin {plugin.name} failed on this request: {error}", code="plugin_failed")
