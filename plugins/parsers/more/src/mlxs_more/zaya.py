"""Zyphra's Zaya."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged, TaggedParameters


class Calls(TaggedParameters):
    """`<zyphra_tool_call><function=f><parameter=a>1</parameter></function></zyphra_tool_call>`.

    https://huggingface.co/Zyphra/ZAYA1-8B
    """

    opening, closing = "<zyphra_tool_call>", "</zyphra_tool_call>"


class Thoughts(Tagged):
    """`<think>...</think>`."""

    ended_by = ("<zyphra_tool_call>\n<function=", "<zyphra_tool_call><function=")
