"""Items, gathered into messages."""

from __future__ import annotations

from dataclasses import replace

from mlxs.errors import BadRequest
from mlxs.requests import Message, ToolCall

from .parts import Content


class Turns:
    """A conversation in the making: what the assistant thought, said and called in one turn is one message."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._turn: Message | None = None
        self._calls: set[str] = set()

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
        self._calls.add(call.id)

    def answered(self, call_id: str, content: Content) -> None:
        """A tool answered a call. Raises BadRequest where none of that id came before."""
        if call_id not in self._calls:
            raise BadRequest(
                f"there is an output and no call {call_id!r} before it; send the item of the call too, "
                "or the previous_response_id of the response that made it",
                param="input",
            )
        self.heard(Message(role="tool", content=content, tool_call_id=call_id))

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
