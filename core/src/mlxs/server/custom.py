"""Calls of custom tools: the one argument `input`, freed from its JSON, as it comes."""

from __future__ import annotations

import json

from ..events import TextDelta
from ..parsing import Parser, Scanner, Script


class Input(Parser):
    """Reads `{"input": "some text"}`; what it says is the text.

    Arguments that are no such object come out as they are: nothing is lost.
    """

    def parse(self, text: Scanner) -> Script[None]:
        for mark in ("{", '"input"', ":", '"'):
            yield from text.space()
            if not (yield from text.match(mark)):
                yield TextDelta(text.unsaid())
                return
        while (yield from text.pour(TextDelta, '"', "\\")) == "\\":
            yield from self._escape(text)
        yield from text.take()

    def _escape(self, text: Scanner) -> Script[None]:
        """Read what follows a backslash; of a pair of surrogates, both."""
        if not (yield from text.match("u")):
            mark = yield from text.match(*'"\\/bfnrt')
            yield TextDelta(json.loads(f'"\\{mark}"') if mark else "\\")
            return
        code = yield from self._code(text)
        if 0xD800 <= code < 0xDC00 and (yield from text.match("\\u")):
            low = yield from self._code(text)
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) if 0xDC00 <= low < 0xE000 else 0xFFFD
        yield TextDelta(chr(code if not 0xD800 <= code < 0xE000 else 0xFFFD))

    def _code(self, text: Scanner) -> Script[int]:
        digits = ""
        while len(digits) < 4 and (digit := (yield from text.match(*"0123456789abcdefABCDEF"))):
            digits += digit
        return int(digits, 16) if len(digits) == 4 else 0xFFFD

    def read(self, arguments: str) -> str:
        """The text that has become certain with this much more of the arguments."""
        return "".join(event.text for event in self.feed(arguments) if isinstance(event, TextDelta))
