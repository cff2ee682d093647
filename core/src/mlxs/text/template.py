"""Conversations as chat templates expect them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import BadRequest
from ..requests import Message, Tool

THOUGHT_KEYS = ("reasoning_content", "reasoning", "thinking")
"""What templates call the thoughts of a message."""


def template_message(message: Message) -> dict[str, Any]:
    """A message as chat templates expect it: OpenAI's shape, without what is not there."""
    said: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.reasoning is not None:
        said["reasoning_content"] = said["thinking"] = message.reasoning  # which of them, is the template's choice
    if message.tool_calls:
        said["tool_calls"] = [
            {"type": "function", "id": call.id, "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        said["tool_call_id"] = message.tool_call_id
    if message.name is not None:
        said["name"] = message.name
    return said


def template_tool(tool: Tool) -> dict[str, Any]:
    """A tool as chat templates expect it."""
    function: dict[str, Any] = {"name": tool.name, "description": tool.description or "", "parameters": tool.parameters}
    return {"type": "function", "function": function}


def only_text(messages: Sequence[Message]) -> None:
    """Raise BadRequest where a message has parts that are no text."""
    for number, message in enumerate(messages):
        for part in message.content or () if not isinstance(message.content, str) else ():
            if part.type != "text":
                raise BadRequest(
                    f"this model reads text only, and the message has an {part.type} part; serve a model that takes "
                    "them with --model-type multimodal",
                    param=f"messages.{number}.content",
                )
