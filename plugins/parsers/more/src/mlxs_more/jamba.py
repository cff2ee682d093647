"""Jamba's calls."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class Calls(JsonCalls):
    """`<tool_calls>[{"name": ..., "arguments": {...}}]</tool_calls>`.

    https://huggingface.co/ai21labs/AI21-Jamba-Mini-1.7
    """

    openings = ("<tool_calls>",)
    closings = ("</tool_calls>",)
    around = ("<tool_calls>[\n    ", "\n]</tool_calls>")
    separator = ",\n    "
