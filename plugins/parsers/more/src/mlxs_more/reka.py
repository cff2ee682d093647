"""Reka's calls and thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged, TaggedJson


class Calls(TaggedJson):
    """`<tool_call>{"name": ..., "arguments": {...}}</tool_call>`: Reka Edge.

    https://huggingface.co/RekaAI/reka-edge-2603/blob/main/chat_template.jinja
    """


class Thoughts(Tagged):
    """`<think>...</think>`; a call in there is a thought about one."""
