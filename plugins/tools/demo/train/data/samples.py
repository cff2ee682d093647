"""What training and evaluation are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from . import wire

Mode = Literal["think", "soft", "off"]
Message = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A conversation, and how the model is to go on.

    Args:
        kind: What it is meant to teach.
        messages, tools: As OpenAI's API has them; tools without their wrapping.
        mode: Whether the model thinks, is told by the user not to, or cannot.
        calls: What it shall call.
        answer: What it shall say, where it calls nothing.
        thought: What it thinks before, where it may.
    """

    kind: str
    messages: list[Message]
    tools: list[dict[str, Any]]
    mode: Mode
    calls: list[wire.Call] = field(default_factory=list)
    answer: str = ""
    thought: str = wire.NO_NEED

    @property
    def text(self) -> str:
        """What follows the prompt of the chat template."""
        said = wire.calls(self.calls) if self.calls else self.answer
        if self.mode == "off":
            return said
        return wire.thinking(self.thought, said) if self.mode == "think" else "<think>\n\n</think>\n\n" + said
