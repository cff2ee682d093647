"""Answers that go on where the prompt broke off in the middle of a header."""

from __future__ import annotations

from ...events import ParsedEvent
from ..parser import Parser


class Headed(Parser):
    """What has been read of a header when the prompt ends is never said, header or not."""

    def edge(self) -> list[ParsedEvent]:
        events = super().edge()
        if self._last is None:
            self._scanner.unsaid()
        return events
