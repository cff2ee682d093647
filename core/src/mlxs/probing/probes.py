"""Conversations to put to a chat template, and what the assistant says in them."""

from __future__ import annotations

import json
from typing import Any

from ..requests import Message, Tool, ToolCall

WORDS = "Quite so."
THOUGHT = "Pondering it."
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("look_up", {"subject": "green tea", "amount": 4711, "extra": {"hot": True}}),
    ("send_off", {"subject": "black tea"}),
)
TOOLS = tuple(
    Tool(
        name=name,
        description="Does it.",
        parameters={
            "type": "object",
            "properties": {
                "subject": {"type": "string"},
                "amount": {"type": "integer"},
                "extra": {"type": "object"},
            },
        },
    )
    for name, _ in CALLS
)


def _said(many: int = 0, *, text: bool = False, thought: str | None = None) -> tuple[Message, ...]:
    calls = tuple(
        ToolCall(id=f"probe000{number}", name=name, arguments=json.dumps(arguments) if text else arguments)
        for number, (name, arguments) in enumerate(CALLS[:many])
    )
    answer = Message(role="assistant", content="" if many else WORDS, reasoning=thought, tool_calls=calls)
    return Message(role="user", content="Hello."), answer


PROBES: dict[str, tuple[Message, ...]] = {
    "words": _said(),
    "thought": _said(thought=THOUGHT),
    "call": _said(1),
    "calls": _said(2),
    "call, as text": _said(1, text=True),
    "calls, as text": _said(2, text=True),
}
"""By name; calls have their arguments as objects, or as JSON text: some templates know only one of the two."""
