"""Baidu's ERNIE 4.5 and X1."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged, TaggedJson


class Calls(TaggedJson):
    """`<tool_call>{"name": ..., "arguments": {...}}</tool_call>`.

    https://huggingface.co/baidu/ERNIE-4.5-21B-A3B-Thinking/blob/main/chat_template.jinja
    """


class Thoughts(Tagged):
    """All before `</think>`, and then `<response>...</response>`."""

    begins_thinking = True
    ended_by = ("<tool_call>{", "<tool_call>\n{")
    answer = ("<response>", "</response>")
