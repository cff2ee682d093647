"""GLM's format of tool calls, as its generations space it."""

from __future__ import annotations

from mlxs.parsing.formats import TaggedPairs


class Glm45(TaggedPairs):
    """`<tool_call>f`, and on lines of their own `<arg_key>a</arg_key>` and `<arg_value>1</arg_value>`.

    https://huggingface.co/zai-org/GLM-4.5/blob/main/chat_template.jinja
    """


class Glm47(TaggedPairs):
    """As GLM 4.5, without line breaks.

    https://huggingface.co/zai-org/GLM-4.7/blob/main/chat_template.jinja
    """

    line = ""


class IQuest(Glm47):
    """As GLM 4.7, in a tag of its own."""

    opening, closing = "<iquest_tool_call>", "</iquest_tool_call>"
