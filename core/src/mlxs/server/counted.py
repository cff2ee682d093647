"""What an answer took."""

from __future__ import annotations

from collections.abc import Iterable

from ..backends import Prompted
from ..events import (
    FinishReason,
    ParsedEvent,
    ReasoningDelta,
    TextDelta,
    ToolCallArguments,
    ToolCallEnd,
    ToolCallStart,
    Usage,
)


class Counted:
    """Counts tokens and calls while events pass; of calls, `most` at most."""

    def __init__(self, prompted: Prompted, most: int | None = None) -> None:
        self._begun = 0
        self._ended = 0
        self._most = most
        self._prompted = prompted
        self._tokens = 0
        self._thought = 0.0
        self._share = 0.0

    @property
    def usage(self) -> Usage:
        """The tokens so far."""
        return Usage(self._prompted.tokens, self._prompted.cached, self._tokens, round(self._thought))

    @property
    def enough(self) -> bool:
        """Whether no call more may follow; nothing passes any more then."""
        return self._ended == self._most

    def see(self, events: Iterable[ParsedEvent], tokens: int) -> Iterable[ParsedEvent]:
        """Pass events on. Of the tokens they took, reasoning has the share that it has of the text;
        tokens that said nothing yet are taken to be like those before them."""
        thought = said = 0
        for event in events:
            if self.enough:
                break
            match event:
                case ReasoningDelta(text):
                    thought, said = thought + len(text), said + len(text)
                case TextDelta(text) | ToolCallArguments(_, text):
                    said += len(text)
                case ToolCallStart():
                    self._begun += 1
                case ToolCallEnd():
                    self._ended += 1
            yield event
        self._share = thought / said if said else self._share
        self._tokens += tokens
        self._thought += tokens * self._share

    def reason(self, reason: FinishReason) -> FinishReason:
        """Why the answer ends, seen by a client: one that ends with calls ends for their sake."""
        return "tool_calls" if self._begun and reason == "stop" else reason
