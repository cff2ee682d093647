"""Apertus' calls and thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls, Tagged


class Calls(JsonCalls):
    """`<|tools_prefix|>[{"f": {"a": 1}}]<|tools_suffix|>`.

    https://huggingface.co/swiss-ai/Apertus-8B-Instruct-2509/blob/main/chat_template.jinja
    """

    openings = ("<|tools_prefix|>",)
    closings = ("<|tools_suffix|>",)
    name_keys = ()
    around = ("<|tools_prefix|>[", "]<|tools_suffix|>")


class Thoughts(Tagged):
    """`<|inner_prefix|>...<|inner_suffix|>`, which a call ends too.

    https://huggingface.co/swiss-ai/Apertus-8B-Instruct-2509/blob/main/chat_template.jinja
    """

    opening, closing = "<|inner_prefix|>", "<|inner_suffix|>"
    ended_by = Calls.openings
