"""PLaMo 3. Its tags are several tokens each.

https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/plamo3_tool_parser.py
"""

from __future__ import annotations

from mlxs.parsing.formats import NamedJson, Tagged


def _tags(name: str) -> tuple[str, str]:
    return f"<|plamo:begin_{name}:plamo|>", f"<|plamo:end_{name}:plamo|>"


REQUEST, NAME, ARGUMENTS = _tags("tool_request"), _tags("tool_name"), _tags("tool_arguments")


class Calls(NamedJson):
    """A `tool_request` in `tool_requests`, with its `tool_name` and its `tool_arguments`."""

    section = _tags("tool_requests")
    begin = REQUEST[0] + NAME[0]
    middle = NAME[1] + ARGUMENTS[0]
    fence = ("<|plamo:constrain|>json<|plamo:msg|>", "")
    end = ARGUMENTS[1] + REQUEST[1]

    @property
    def fences(self) -> tuple[str, ...]:
        return (*super().fences, "<|plamo:msg|>")


class Thoughts(Tagged):
    """`<|plamo:begin_think:plamo|>...<|plamo:end_think:plamo|>`, which a call ends too."""

    opening, closing = _tags("think")
    ended_by = (Calls.section[0],)
