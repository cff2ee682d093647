"""Functionary's two formats of calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import ParsedEvent, ToolCallArguments, ToolCallStart
from mlxs.grammar import Grammar, Json, Lit, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Calls, NamedJson, one_or_more
from mlxs.parsing.values import text_of


class Recipients(Calls):
    """Messages to `all`, which are text, and to functions: `>>>f` and the arguments on the next line.

    Version 2 writes `<|recipient|>f` and `<|content|>` in place of that. The prompt may end with the
    mark, and the answer begin with the recipient.

    https://github.com/MeetKai/functionary/blob/main/tests/prompt_test_v3.llama3.txt
    """

    openings = (">>>", "<|recipient|>")
    closings = ("<|from|>assistant", "<|stop|>")

    _prompted = False

    def edge(self) -> list[ParsedEvent]:
        self._prompted = True
        return super().edge()

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        self._prompted = False
        if (yield from text.match(opening)) and not self._prompted:  # only what the prompt has said may be said again
            return None
        yield from text.space()
        name = yield from text.before("\n", "<", "{", ">", " ")
        if self._prompted:
            text.unsaid()  # the prompt's
            text.leave(name)
        gap = yield from text.space()
        marked = yield from text.match("<|content|>")
        if name == "all" and (gap or marked):
            text.unsaid()
            return None
        yield from text.space()
        if not name or not (gap or marked) or (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        return (yield from text.json(lambda piece: ToolCallArguments(index, piece)))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f">>>{name}\n{text_of(arguments)}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [Seq((Lit(f">>>{tool.name}\n"), Json(tool.parameters))) for tool in self.tools.values()]
        return one_or_more(calls, most)


class Functions(NamedJson):
    """`<function=f>{"a": 1}</function>`, as Llama 3.1 is taught to call functions too.

    https://github.com/MeetKai/functionary/blob/main/tests/prompt_test_v3-llama3.1.txt
    """

    begin, middle, end = "<function=", ">", "</function>"
