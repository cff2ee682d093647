"""Command models that call in a code block."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls


class CommandR(JsonCalls):
    """After `Action:` a block of JSON: a list of objects with `tool_name` and `parameters`.

    https://huggingface.co/CohereLabs/c4ai-command-r-plus/blob/main/tokenizer_config.json
    """

    openings = ("Action:\n```json", "Action: ```json", "Action:```json")
    closings = ("```",)
    name_keys = ("tool_name", "name")
    arguments_keys = ("parameters", "arguments")
    around = ("Action:\n```json\n[\n    ", "\n]\n```")
    separator = ",\n    "
