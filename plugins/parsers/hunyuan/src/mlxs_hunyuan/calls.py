"""Hunyuan's formats of tool calls."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls, TaggedPairs


class A13B(JsonCalls):
    """`<tool_calls>[{"name": ..., "arguments": {...}}]</tool_calls>`.

    https://huggingface.co/tencent/Hunyuan-A13B-Instruct/blob/main/chat_template.jinja
    """

    openings = ("<tool_calls>",)
    closings = ("</tool_calls>",)
    around = "<tool_calls>[", "]</tool_calls>"


class Hy4(TaggedPairs):
    """A name and tagged pairs, calls in `<tool_call>`, all of them in `<tool_calls>`.

    The published tokenizers end every tag with `:opensource`; others do not.
    """

    block = ("<tool_calls>", "</tool_calls>")
    endings = (":opensource>", ">")


class Hy3(Hy4):
    """As Hy 4, with `<tool_sep>` after the name.

    https://huggingface.co/tencent/Hy3-preview/blob/main/chat_template.jinja
    """

    separator = "<tool_sep>"
