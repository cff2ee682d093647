"""Apriel's calls and thoughts."""

from __future__ import annotations

from mlxs.events import TextDelta
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import JsonCalls, Tagged


class Calls(JsonCalls):
    """`<tool_calls>[{"name": ..., "arguments": {...}}]</tool_calls>`.

    https://huggingface.co/ServiceNow-AI/Apriel-1.6-15b-Thinker/blob/main/chat_template.jinja
    """

    openings = ("<tool_calls>",)
    closings = ("</tool_calls>",)
    around = ("<tool_calls>[", "]</tool_calls>")


class Thoughts(Tagged):
    """`Here are my reasoning steps: ... [BEGIN FINAL RESPONSE]`, and in Apriel 1.5 `[END FINAL RESPONSE]`.

    https://huggingface.co/ServiceNow-AI/Apriel-1.6-15b-Thinker/blob/main/chat_template.jinja
    """

    opening, closing = "Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"

    def parse(self, text: Scanner) -> Script[None]:
        yield from super().parse(text)
        yield from text.pour(TextDelta, "[END FINAL RESPONSE]", trim=True)
