"""Muse's messages: `<|start|>assistant to=RECIPIENT<|message|>...<|eom|>`.

https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/muse_glimmer_tool_parser.py
"""

from __future__ import annotations

import re

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.parsing import Into, ReasoningParser, Scanner, Script
from mlxs.parsing.formats import Headed

START, TO, BODY = "<|start|>", "to=", "<|message|>"
ENDS = ("<|eom|>", "<|eot|>")
MARKS = (START, f" {TO}", *ENDS)
SELF = ("self", "")
READER = "user"
TALK = (READER, "commentary", "developer", "system")

_NO_NAME = tuple(sign for sign in map(chr, range(128)) if not re.match(r"[\w.:/-]", sign))


class Messages(Headed):
    """What a message says depends on whom it is to: the model itself, a reader, or a tool.

    A header is `<|start|>assistant to=NAME<|message|>`; what comes before ` to=NAME` may be missing, and
    so may ` to=NAME`, but not both. What is less is text. Of the first header the prompt may say any
    part. A header that names nobody is to the model itself. Text outside of messages is said.
    """

    to_itself: Into = ReasoningDelta

    def first(self, text: Scanner) -> Script[str]:
        """Read the first header, where there is one. Returns whom the message is to."""
        yield from text.space()
        mark = yield from text.match(START, TO, BODY, *ENDS)
        to = (yield from self.header(text, mark)) if mark else None
        if to is None and (said := text.unsaid()):
            yield TextDelta(said)
        return READER if to is None else to

    def header(self, text: Scanner, mark: str) -> Script[str | None]:
        """Read the rest of a header. Returns whom it is to, "" where it does not say, None where it is none.

        After a mark that ends a message, what is said is to the reader.
        """
        mark = mark.lstrip()
        if mark in ENDS:
            return READER
        if mark.endswith(BODY):
            return mark.removeprefix(TO).removesuffix(BODY)
        if mark == START:
            if not (yield from text.match("assistant")):
                return None
            mark = (yield from text.match(f" {TO}")).lstrip()
        to = (yield from text.before(*_NO_NAME)) if mark == TO else ""
        whole = (to or mark != TO) and (yield from text.match(BODY))
        return to if whole else None

    def next(self, text: Scanner, into: Into, *marks: str) -> Script[str | None]:
        """Say all up to the next header that begins with one of these marks; returns whom it is to, or None."""
        while mark := (yield from text.pour(into, *marks, trim=into is ReasoningDelta)):
            to = yield from self.header(text, mark)
            if to is not None:
                return to
            if said := text.unsaid():
                yield into(said)
        return None

    def talk(self, text: Scanner, to: str | None) -> Script[bool]:
        """Say this message and those after it, up to one that is to a tool.

        Returns whether there is one; its header has been read, and is unsaid.
        """
        while to in SELF or to in TALK:
            text.unsaid()
            if to in SELF:
                yield from text.space()
            to = yield from self.next(text, self.to_itself if to in SELF else TextDelta, *MARKS)
        return to is not None


class MuseThoughts(Messages, ReasoningParser):
    """Messages to the model itself are thoughts. Calls are left as they are, headers and all."""

    tags = (" to=self<|message|>", f"<|eom|>{START}assistant")

    def parse(self, text: Scanner) -> Script[None]:
        to: str | None = yield from self.first(text)
        while (yield from self.talk(text, to)):
            yield TextDelta(text.unsaid())
            to = yield from self.next(text, TextDelta, START)
