"""Muse's messages: `<|start|>assistant to=RECIPIENT<|message|>...<|eom|>`."""

from __future__ import annotations

import re

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.parsing import Into, ReasoningParser, Scanner, Script
from mlxs.parsing.formats import Headed

START, BODY, TO = "<|start|>", "<|message|>", " to="
ENDS = ("<|eom|>", "<|eot|>")
MARKS = (START, BODY, TO, *ENDS)
SELF = ("self", "")
TALK = ("user", "commentary", "developer", "system")

_NAME = r"[\w.:/-]+"
_HEADER = re.compile(rf"\s*(?:assistant)?(?:\s+to=({_NAME}))?\s*")


class Messages(Headed):
    """What a message says depends on whom it is to: the model itself, a reader, or a tool.

    The first header may have begun in the prompt. Text before any header is said; a header that
    names nobody is to the model itself.
    """

    thought: Into = ReasoningDelta

    def talk(self, text: Scanner, mark: str = "") -> Script[bool]:
        """Say all messages from this mark on, up to one that is to a tool.

        Returns whether there is one; its header has been read.
        """
        into: Into = TextDelta
        if not mark:
            gap = yield from text.space()
            mark = yield from text.match(*MARKS, TO.lstrip())
            if gap and not mark:
                yield TextDelta(gap)
        while True:
            if mark.lstrip() in ENDS:
                text.unsaid()
                into = TextDelta
            elif mark:
                recipient = yield from self._recipient(text, mark.lstrip())
                if recipient is None:
                    if said := text.unsaid():
                        yield into(said)
                elif recipient in SELF:
                    text.unsaid()
                    into = self.thought
                    yield from text.space()
                elif recipient in TALK:
                    text.unsaid()
                    into = TextDelta
                else:
                    return True
            mark = yield from text.pour(into, *MARKS, trim=into is ReasoningDelta)
            if not mark:
                return False

    def _recipient(self, text: Scanner, mark: str) -> Script[str | None]:
        """Read the rest of a header. Returns whom it is to, "" where it does not say, None where it is none."""
        if mark == BODY:
            return ""
        stops = (START, *ENDS) if mark == START else (" ", "\n", "<")
        said = yield from text.before(BODY, *stops)
        whole = yield from text.match(BODY)
        if mark == START:
            found = _HEADER.fullmatch(said)
            return (found[1] or "") if found and whole else None
        return said if whole and re.fullmatch(_NAME, said) else None


class MuseThoughts(Messages, ReasoningParser):
    """Messages to the model itself are thoughts. Calls are left as they are, headers and all."""

    tags = (" to=self<|message|>", f"<|eom|>{START}assistant")

    def parse(self, text: Scanner) -> Script[None]:
        mark = ""
        while (yield from self.talk(text, mark)):
            yield TextDelta(text.unsaid())
            mark = yield from text.pour(TextDelta, START)
            if not mark:
                return
