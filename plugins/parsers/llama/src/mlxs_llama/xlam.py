"""xLAM's calls."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class Calls(JsonCalls):
    """`[{"name": ..., "arguments": {...}}]`, bare, in a block of JSON or after other models' marks.

    Nothing but its members tells a bare call from other JSON: a name, arguments and no others.

    https://huggingface.co/Salesforce/Llama-xLAM-2-8b-fc-r
    """

    openings = ("[", "```json", "```", "[TOOL_CALLS]", "<tool_call>")
    closings = ("```", "</tool_call>")
    others = ("id", "type")
    around = ("[", "]")
