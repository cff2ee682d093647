"""What is known of one client, and what is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlxs.requests import ChatRequest, Message, Part, TextPart

SYSTEM = ("system", "developer")
"""Roles of what the client says itself. What users and tools say is never changed."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How one client's prompts are kept the same from one request to the next.

    Args:
        client: Its name.
        signs: Words of its system prompt, any of which betrays it.
        volatile: What changes with each request, and what stands in its place, as for `re.sub`.
    """

    client: str
    signs: tuple[str, ...]
    volatile: tuple[tuple[re.Pattern[str], str], ...] = ()

    def clean(self, request: ChatRequest) -> ChatRequest:
        """The request without what changes, its tools in the order of their names."""
        messages = tuple(cleaned for message in request.messages if (cleaned := self._message(message)) is not None)
        tools = tuple(sorted(request.tools, key=lambda tool: tool.name))
        return replace(request, messages=messages or request.messages, tools=tools)

    def _message(self, message: Message) -> Message | None:
        """The message; None where nothing is left of it."""
        if message.role not in SYSTEM or not message.content:
            return message
        content: str | tuple[Part, ...]
        content = self._text(message.content) if isinstance(message.content, str) else (*self._parts(message.content),)
        return replace(message, content=content) if content else None

    def _parts(self, parts: tuple[Part, ...]) -> Iterator[Part]:
        for part in parts:
            if not isinstance(part, TextPart):
                yield part
            elif (text := self._text(part.text)) or not part.text:
                yield replace(part, text=text)

    def _text(self, text: str) -> str:
        for pattern, instead in self.volatile:
            text = pattern.sub(instead, text)
        return text
