"""Gemma's formats of tool calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from mlxs.events import ParsedEvent, ToolCallArguments, ToolCallStart
from mlxs.grammar import Grammar, Lit, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Calls, Literals, Notation, announced, one_or_more

from .notation import Writing

_NAME = re.compile(r"[\w.:/\-]+")


class GemmaCalls(Calls):
    """`call:f{a:1,b:[true,{c:null}]}`: an object whose keys stand between nothing, and strings between marks.

    Args of the class:
        opening, closing: What stands around a call.
        notation: How values are written.
    """

    opening: ClassVar[str]
    closing: ClassVar[str]
    notation: ClassVar[Notation]

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.opening,)

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.closing,)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.notation.marks

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        yield from text.space()
        if not (yield from text.match("call:", ":")):
            return None
        name = (yield from text.before("{", "<", "\n", " ")).strip()
        yield from text.space()
        if not _NAME.fullmatch(name) or not (yield from text.match("{")):
            return None
        tool = self.tools.get(name)
        schema = tool.parameters if tool else None
        begin: list[ParsedEvent] = [ToolCallStart(index, name)]
        arguments = Literals(text, self.notation, schema).members(lambda piece: ToolCallArguments(index, piece), schema)
        whole = yield from announced(begin, arguments)
        return None if begin else whole

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        tool = self.tools.get(name)
        writing = Writing(self.notation.marks[0], tool.parameters if tool else {})
        return f"{self.opening}call:{name}{writing.object(arguments, writing.root)}{self.closing}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [
            Seq(
                (
                    Lit(f"{self.opening}call:{tool.name}"),
                    Writing(self.notation.marks[0], tool.parameters).object_grammar(tool.parameters),
                    Lit(self.closing),
                )
            )
            for tool in self.tools.values()
        ]
        return one_or_more(calls, most)


class Gemma4(GemmaCalls):
    """`<|tool_call>call:f{a:1,s:<|"|>text<|"|>}<tool_call|>`.

    https://ai.google.dev/gemma/docs/core/prompt-formatting-gemma4
    """

    opening, closing = "<|tool_call>", "<tool_call|>"
    notation = Notation(
        quotes=('"',), marks=('<|"|>',), ends=(",", "}", "]", '<|"|>', "<tool_call|>"), bare=True, marked_is_text=True
    )


class FunctionGemma(GemmaCalls):
    """`<start_function_call>call:f{a:<escape>text<escape>}<end_function_call>`.

    https://ai.google.dev/gemma/docs/functiongemma/formatting-and-best-practices
    """

    opening, closing = "<start_function_call>", "<end_function_call>"
    notation = Notation(
        quotes=('"',),
        marks=("<escape>",),
        ends=(",", "}", "]", "<escape>", "<end_function_call>"),
        bare=True,
        marked_is_text=False,
    )
