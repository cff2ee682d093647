"""Qwen's two formats of tool calls."""

from __future__ import annotations

from mlxs.parsing.formats import TaggedJson, TaggedParameters


class Qwen3(TaggedJson):
    """`<tool_call>{"name": ..., "arguments": {...}}</tool_call>`.

    https://huggingface.co/Qwen/Qwen3-8B/blob/main/tokenizer_config.json
    """


class Qwen3Coder(TaggedParameters):
    """`<tool_call><function=...><parameter=...>...</parameter></function></tool_call>`.

    https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct/blob/main/chat_template.jinja
    """


class MiMo(Qwen3Coder):
    """As Qwen3-Coder, but white space between a value's tags is the value's.

    https://huggingface.co/XiaomiMiMo/MiMo-V2-Flash/blob/main/chat_template.jinja
    """

    inside = ""
