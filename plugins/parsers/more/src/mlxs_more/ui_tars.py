"""UI-TARS' actions and thoughts."""

from __future__ import annotations

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.parsing import ReasoningParser, Scanner, Script
from mlxs.parsing.formats import PythonCalls


class Calls(PythonCalls):
    """`Action: click(point='<point>3 4</point>')`; several have an empty line between them.

    https://github.com/bytedance/UI-TARS/blob/main/codes/ui_tars/prompt.py
    """

    openings = ("Action:",)
    around = ("Action: ", "")
    bare = True
    separators = ("", ";")
    separator = "\n\n"


class Thoughts(ReasoningParser):
    """`Thought: ...` from the beginning up to the action."""

    tags = ("Thought:", "Action:")

    def parse(self, text: Scanner) -> Script[None]:
        opening, action = self.tags
        yield from text.space()
        if not (yield from text.match(opening)):
            if before := text.unsaid():
                yield TextDelta(before)
            return
        yield from text.space()
        if (yield from text.pour(ReasoningDelta, f"\n{action}", trim=True)):
            yield TextDelta(action)
