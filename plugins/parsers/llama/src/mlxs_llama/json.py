"""Llama's calls in JSON."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class Llama3Json(JsonCalls):
    """`{"name": ..., "parameters": {...}}`, bare or after `<|python_tag|>`; several have `;` between them.

    Nothing but its members tells a bare call from other JSON: a name, arguments and no others.

    https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1
    """

    openings = ("{", "[{", "<|python_tag|>")
    arguments_keys = ("parameters", "arguments")
    others = ("type", "id")
    around = ("", "")
    bare = True
    separators = (";", ",")
    separator = "; "
