"""dots: invoked functions, or JSON, in `<dots_function_call>`.

https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/dots_tool_parser.py
"""

from __future__ import annotations

from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Invokes, JsonCall, Tagged


class Calls(Invokes, JsonCall):
    """`<dots_function_call><invoke name="f"><parameter name="a">1</parameter></invoke></dots_function_call>`.

    In place of invoked functions there may be an object with name and arguments.
    """

    opening, closing = "<dots_function_call>", "</dots_function_call>"

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        if opening == self.opening:
            yield from text.space()
            if (yield from text.peek()) == "{":
                return (yield from self.object(text, index))
        return (yield from super().call(text, index, opening))


class Thoughts(Tagged):
    """`<think>...</think>`, which a call ends too."""

    ended_by = tuple(f"{Calls.opening}{gap}{body}" for gap in ("", "\n") for body in ("<invoke", "{"))
