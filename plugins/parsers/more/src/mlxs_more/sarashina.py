"""Sarashina's calls."""

from __future__ import annotations

from mlxs.parsing.formats import PythonDicts


class Calls(PythonDicts):
    """`<|tool_calls|>[{'name': 'f', 'arguments': {'a': 1}}]`; the mark is a token and often left out of the text.

    https://huggingface.co/sbintuitions/sarashina2.2-3b-instruct-v0.1
    """

    openings = ("[", "<|tool_calls|>")
    others = ("id", "type")
    around = ("<|tool_calls|>[", "]")
