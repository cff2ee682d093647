"""Items, gathered into messages."""

from __future__ import annotations

from dataclasses import replace

from mlxs.requests import Message, ToolCall

from .parts import Content


class Turns:
    """A conversation in the making: what the assistant thought, said and called in one turn is one message."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._turn: Message | None = None

    def thought(self, text: str) -> None:
        """The assistant thought this."""
        turn = self._next(after_content=True)
        self._turn = replace(turn, reasoning=f"{turn.reasoning}\n{text}" if turn.reasoning else text)

    def said(self, content: Content) -> None:
        """The assistant said this."""
        self._turn = replace(self._next(after_content=True), content=content)

    def called(self, call: ToolCall) -> None:
        """The assistant called a tool."""
        turn = self._next(after_content=False)
        self._turn = replace(turn, tool_calls=(*turn.tool_calls, call))

    def heard(self, message: Message) -> None:
        """Somebody else's turn."""
        self._close()
        self._messages.append(message)

    def messages(self) -> tuple[Message, ...]:
        """All of them."""
        self._close()
        return tuple(self._messages)

    def _next(self, *, after_content: bool) -> Message:
        turn = self._turn
        if turn and (turn.tool_calls or turn.content is not None) and after_content:
            self._close()
            turn = None
        return turn or Message(role="assistant")

    def _close(self) -> None:
        """End the assistant's turn; one that was nothing but a thought led nowhere."""
        if self._turn and (self._turn.tool_calls or self._turn.content is not None):
            self._messages.append(self._turn)
        self._turn = None
