"""Calls written as one JSON list."""

from __future__ import annotations

from typing import ClassVar

from ..scanner import Scanner, Script
from .call_list import CallList
from .json_call import JsonCall


class JsonCalls(JsonCall, CallList):
    """A JSON list of objects, each with a call's name and arguments, after a mark."""

    ends: ClassVar[str] = "<]"

    def one(self, text: Scanner, index: int, *, begun: bool) -> Script[bool | None]:
        return (yield from self.object(text, index, begun=begun))

    def another(self, text: Scanner) -> Script[bool]:
        return (yield from text.peek()) == "{"
