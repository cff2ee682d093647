"""Mistral's thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged


class Mistral(Tagged):
    """`[THINK]...[/THINK]`.

    https://huggingface.co/mistralai/Magistral-Small-2509
    """

    opening, closing = "[THINK]", "[/THINK]"
    ended_by = ("[TOOL_CALLS]",)
