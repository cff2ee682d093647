"""Calls of models that have no format of their own."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class Generic(JsonCalls):
    """`{"tool_calls": [{"name": ..., "arguments": {...}}]}`, or one object for `tool_call`.

    https://github.com/ggml-org/llama.cpp/blob/master/docs/function-calling.md
    """

    openings = tuple(
        f'{{{before}"{key}":' for before in ("", " ", "\n  ", "\n    ", "\n") for key in ("tool_calls", "tool_call")
    )
    closings = ("}",)
    around = ('{"tool_calls": [', "]}")
