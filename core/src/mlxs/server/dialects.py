"""Which API's clients come by which path, for errors that are no route's: a wrong key, a path where nothing is."""

from __future__ import annotations

from fastapi import APIRouter

from .errors import Write, openai


class Dialects:
    """The routers of the surfaces, each with what its route class (`errors.dialect`) writes errors like."""

    def __init__(self) -> None:
        self._writes: dict[str, Write] = {}

    def add(self, router: APIRouter) -> None:
        """Remember a surface's router; one without a dialect or a prefix has nothing to say of other paths."""
        write = getattr(router.route_class, "dialect", None)
        if write and router.prefix:
            self._writes[router.prefix] = write

    def of(self, path: str) -> Write:
        """The dialect of the router whose prefix is the longest of those the path begins with; else OpenAI's."""
        found = [prefix for prefix in self._writes if f"{path}/".startswith(f"{prefix}/")]
        return self._writes[max(found, key=len)] if found else openai
