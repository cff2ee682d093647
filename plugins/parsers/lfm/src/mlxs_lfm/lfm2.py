"""LFM2's calls and thoughts."""

from __future__ import annotations

from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import JsonCall, PythonCalls, Tagged


class Lfm2(PythonCalls, JsonCall):
    """`<|tool_call_start|>[f(a=1), g(b='x')]<|tool_call_end|>`; asked for JSON, it writes a list of objects there.

    Tokens with nothing between them are dropped.

    https://docs.liquid.ai/lfm/key-concepts/tool-use
    """

    openings = ("<|tool_call_start|>",)
    closings = ("<|tool_call_end|>",)
    around = ("<|tool_call_start|>[", "]<|tool_call_end|>")
    ends = "<]"

    def one(self, text: Scanner, index: int, *, begun: bool = False) -> Script[bool | None]:
        if (yield from text.peek()) == "{":
            return (yield from self.object(text, index))
        if not self.listed and (yield from text.match(*self.closings)):
            text.unsaid()
            return None
        return (yield from super().one(text, index))

    def another(self, text: Scanner) -> Script[bool]:
        return (yield from text.peek()) == "{" or (yield from super().another(text))


class Lfm2Thoughts(Tagged):
    """`<think>...</think>`; a call in there is a thought about one.

    https://huggingface.co/LiquidAI/LFM2.5-1.2B-Thinking
    """
