"""Declared calls that can be told only when all of them is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...events import ToolCallArguments, ToolCallEnd, ToolCallStart
from ..scanner import Scanner, Script
from ..values import property_schema, text_of, typed
from .anchors import Place
from .content import fill, read
from .reader import Reader


class Whole(Reader):
    """Calls of any other make, said once all of the field is there."""

    def read(self, text: Scanner, index: int, place: Place[Any]) -> Script[int]:
        body, closed = (yield from self.closes.take(text)) if self.closes else (yield from text.take())
        if not closed and self.closes and self.field.kind != "json":  # what else is there may be half of it
            return index
        try:
            calls = list(self._calls(body, place))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):  # it says something else
            return index
        for name, arguments in calls:
            yield ToolCallStart(index, name)
            yield ToolCallArguments(index, arguments)
            yield ToolCallEnd(index)
            index += 1
        text.unsaid()
        return index

    def _calls(self, body: str, place: Place[Any]) -> Iterator[tuple[str, str]]:
        field = self.field
        said = read(field.kind, body, field.args)
        scopes = [{**place.groups, **item} for item in said] if field.each else [{**place.groups, "content": said}]
        made = said if field.transform is None else [fill(field.transform, scope) for scope in scopes]
        for call in made if isinstance(made, list) else [made]:
            function = call.get("function", call)
            name, arguments = function["name"], function.get("arguments", {})
            arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
            if not isinstance(name, str) or not name or not isinstance(arguments, Mapping):
                raise ValueError("a call has a name and arguments")
            yield name, self._typed(name, arguments)

    def _typed(self, name: str, arguments: Mapping[str, Any]) -> str:
        tool = self.tools.get(name)
        root = tool.parameters if tool else None
        members = (
            f"{text_of(key)}: "
            + (typed(value, property_schema(tool, key), root) if isinstance(value, str) else text_of(value))
            for key, value in arguments.items()
        )
        return "{" + ", ".join(members) + "}"
