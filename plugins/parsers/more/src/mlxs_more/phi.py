"""Phi-4-mini's calls."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class Calls(JsonCalls):
    """`functools[{"name": ..., "arguments": {...}}]`, as Firefunction writes too; between tokens in some templates.

    https://huggingface.co/microsoft/Phi-4-mini-instruct#tool-enabled-function-calling-format
    """

    openings = ("functools[", "functools [", "<|tool_call|>")
    closings = ("<|/tool_call|>",)
    around = ("functools[", "]")
