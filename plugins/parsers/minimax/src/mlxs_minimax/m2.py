"""MiniMax M2: invoked functions, and thoughts that the template opens."""

from __future__ import annotations

from mlxs.events import ParsedEvent, TextDelta
from mlxs.parsing import ReasoningParser, Scanner, Script
from mlxs.parsing.formats import Invokes, Tagged


class MiniMaxM2(Invokes):
    """`<minimax:tool_call><invoke name="f"><parameter name="a">1</parameter></invoke></minimax:tool_call>`.

    https://huggingface.co/MiniMaxAI/MiniMax-M2/blob/main/docs/tool_calling_guide.md
    """

    opening, closing = "<minimax:tool_call>", "</minimax:tool_call>"


class MiniMaxM2Thoughts(Tagged):
    """All before `</think>`; a call ends a thought too.

    https://huggingface.co/MiniMaxAI/MiniMax-M2/blob/main/chat_template.jinja
    """

    begins_thinking = True
    ended_by = ("<minimax:tool_call>\n<invoke", "<minimax:tool_call><invoke")


class AppendThink(ReasoningParser):
    """Thoughts stay in the text, as M2 wants them back: the tag that the prompt has said is said again."""

    _opened = False

    def parse(self, text: Scanner) -> Script[None]:
        yield from text.pour(TextDelta)

    def feed(self, delta: str) -> list[ParsedEvent]:
        opening: list[ParsedEvent] = [] if self._opened or not delta else [TextDelta("<think>")]
        self._opened = self._opened or bool(delta)
        return opening + super().feed(delta)

    def edge(self) -> list[ParsedEvent]:
        self._opened = False  # so far it was the prompt
        return super().edge()
