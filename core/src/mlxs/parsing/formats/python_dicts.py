"""Calls written as a list of Python's dicts."""

from __future__ import annotations

from ...events import ToolCallArguments
from ..scanner import Scanner, Script
from .json_list import JsonCalls
from .literals import Literals


class PythonDicts(JsonCalls):
    """`[{'name': 'f', 'arguments': {'a': None}}]`: the list of `JsonCalls` as Python prints it, or as JSON."""

    quotes = ('"', "'")

    def read_json(self, text: Scanner) -> Script[str]:
        return (yield from Literals(text).held())

    def read_arguments(self, text: Scanner, index: int, name: str) -> Script[bool]:
        return (yield from Literals(text).members(lambda piece: ToolCallArguments(index, piece), before=""))
