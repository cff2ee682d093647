"""How the model writes thoughts and calls: as Qwen 3 does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

NO_TOOL = "I have no tool for that."
NO_FIT = "No tool fits this request."
NO_NEED = "No tool is needed. I answer directly."
RETURNED = "The tool returned a result. I tell the user."

Call = tuple[str, dict[str, Any]]


def calls(wanted: Sequence[Call]) -> str:
    return "\n".join(
        f'<tool_call>\n{{"name": "{name}", "arguments": {json.dumps(arguments, ensure_ascii=False)}}}\n</tool_call>'
        for name, arguments in wanted
    )


def thought_before(wanted: Sequence[Call]) -> str:
    """What the model thinks before it calls: the calls in words, so that it has chosen before it writes JSON."""
    return f"The user wants {' and then '.join(map(_worded, wanted))}."


def message(wanted: Sequence[Call], prefix: str = "call_") -> dict[str, Any]:
    """The calls as an assistant's message in OpenAI's API."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": f"{prefix}{index}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for index, (name, arguments) in enumerate(wanted)
        ],
    }


def thinking(thought: str, answer: str) -> str:
    return f"<think>\n{thought}\n</think>\n\n{answer}"


def _worded(call: Call) -> str:
    name, arguments = call
    written = {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
    said = ", ".join(f"{key} = {value}" for key, value in written.items())
    return f"{name} with {said}" if said else name
