"""Meituan's LongCat."""

from __future__ import annotations

from string import ascii_letters

from mlxs.parsing.formats import Tagged, TaggedJson, TaggedPairs


class FlashLite(TaggedPairs):
    """`<longcat_tool_call>f`, and tagged keys and values.

    https://huggingface.co/meituan-longcat/LongCat-Flash-Lite/blob/main/chat_template.jinja
    """

    opening, closing = "<longcat_tool_call>", "</longcat_tool_call>"
    key = "<longcat_arg_key>", "</longcat_arg_key>"
    value = "<longcat_arg_value>", "</longcat_arg_value>"


class Flash(FlashLite):
    """`<longcat_tool_call>{"name": ..., "arguments": {...}}</longcat_tool_call>`; reads the other too.

    https://huggingface.co/meituan-longcat/LongCat-Flash-Chat/blob/main/tokenizer_config.json
    """

    write = TaggedJson.write
    grammar = TaggedJson.grammar


class Thoughts(Tagged):
    """`<longcat_think>...</longcat_think>`."""

    opening, closing = "<longcat_think>", "</longcat_think>"
    ended_by = tuple(f"<longcat_tool_call>{first}" for first in ("{", "\n{", "_", *ascii_letters))
