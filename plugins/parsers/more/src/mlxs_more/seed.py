"""ByteDance's Seed-OSS."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged, TaggedParameters


class Calls(TaggedParameters):
    """`<seed:tool_call><function=f><parameter=a>1</parameter></function></seed:tool_call>`.

    https://huggingface.co/ByteDance-Seed/Seed-OSS-36B-Instruct/blob/main/chat_template.jinja
    """

    opening, closing = "<seed:tool_call>", "</seed:tool_call>"
    inside = ""


class Thoughts(Tagged):
    """All before `</seed:think>`."""

    opening, closing = "<seed:think>", "</seed:think>"
    begins_thinking = True
    ended_by = ("<seed:tool_call>\n<function=", "<seed:tool_call><function=")
