"""Stop strings: text is held back until it can no longer turn into one."""

from __future__ import annotations

from ..events import TextDelta
from ..parsing import Parser, Scanner, Script


class Stops(Parser):
    """Holds text back until it can no longer turn into a stop string."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.found = ""
        self._stops = stops
        super().__init__()

    def parse(self, text: Scanner) -> Script[None]:
        self.found = yield from text.pour(TextDelta, *self._stops)
        yield from text.take()

    def read(self, text: str, *, last: bool) -> str:
        """What of the answer is certain by now."""
        if not self._stops:
            return text
        events = [*self.feed(text), *(self.finish() if last else ())]
        return "".join(event.text for event in events if isinstance(event, TextDelta))
