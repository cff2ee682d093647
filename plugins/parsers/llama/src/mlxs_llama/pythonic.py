"""Llama's calls in Python."""

from __future__ import annotations

from mlxs.parsing.formats import PythonCalls


class Pythonic(PythonCalls):
    """`[f(a=1), g(b='x')]`, bare or between `<|python_start|>` and `<|python_end|>`.

    https://www.llama.com/docs/model-cards-and-prompt-formats/llama4
    """

    openings = ("[", "<|python_start|>", "<|python_tag|>")
    closings = ("<|python_end|>",)
    around = ("[", "]")
