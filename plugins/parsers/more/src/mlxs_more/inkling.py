"""Inkling: messages `<|message_model|>name<|content_...|>...<|end_message|>`, each with a mark that says what it is.

https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/inkling_tool_parser.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.grammar import Either, Grammar, Lit, Many, Seq
from mlxs.parsing import Into, ReasoningParser, Scanner, Script
from mlxs.parsing.formats import Headed, JsonCall

MODEL = "<|message_model|>"
THINKING, CALL = "<|content_thinking|>", "<|content_invoke_tool_json|>"
TEXTS = ("<|content_text|>", "<|content_invoke_tool_text|>", "<|content_tool_error|>")
ENDS = ("<|end_message|>", "<|content_model_end_sampling|>")
CONTENTS = (THINKING, CALL, *TEXTS)
MARKS = (MODEL, *CONTENTS, *ENDS)


class Messages(Headed):
    """What a message says depends on the mark at its beginning; what has none is text.

    A header may have begun in the prompt: a name that stands before a mark is no text.
    """

    def talk(self, text: Scanner, mark: str = "") -> Script[bool]:
        """Say all messages from this mark on, up to one that calls a tool.

        Returns whether there is one; its header has been read.
        """
        into: Into = TextDelta
        while True:
            if mark in ("", MODEL):
                name = yield from text.before(*MARKS, " ", "\n", "<")
                mark = yield from text.match(*CONTENTS)
                said = "" if mark == CALL else name if mark else text.unsaid()
                if said:
                    yield into(said)
            if mark == CALL:
                return True
            if mark:
                text.unsaid()
                into = ReasoningDelta if mark == THINKING else TextDelta
            if into is ReasoningDelta:
                yield from text.space()
            stop = yield from text.pour(into, *MARKS, trim=into is ReasoningDelta)
            if not stop:
                return False
            mark = stop.lstrip()


class Calls(Messages, JsonCall):
    """`<|message_model|>f<|content_invoke_tool_json|>{"name": ..., "args": {...}}<|end_message|>`."""

    arguments_keys = ("args", "arguments", "parameters")
    closings = ENDS
    asides = (MODEL, THINKING, *TEXTS, *ENDS)

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (CALL, *(f"{name}{CALL}" for name in self.tools))

    def prelude(self, text: Scanner) -> Script[str]:
        return (yield from self.aside(text, ""))

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        return CALL if (yield from self.talk(text, mark)) else ""

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        text.leave(text.unsaid().replace(MODEL, "").replace(CALL, ""))  # to be said, if it turns out no call
        yield from text.space()
        return (yield from self.object(text, index))

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{name}{CALL}{self.body(name, arguments)}{ENDS[0]}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = Either(
            tuple(
                Seq((Lit(f"{name}{CALL}"), self.body_grammar(tool), Lit(ENDS[0]))) for name, tool in self.tools.items()
            )
        )
        more = Many(Seq((Lit(MODEL), calls)), 0, None if most is None else most - 1)
        return Seq((calls, more)) if self.tools else None


class Thoughts(Messages, ReasoningParser):
    """Messages of thought, and of text without what is around it. Calls are left as they are, header and all."""

    tags = (THINKING, f"{ENDS[0]}{MODEL}")

    def parse(self, text: Scanner) -> Script[None]:
        mark = ""
        while (yield from self.talk(text, mark)):
            yield TextDelta(text.unsaid())
            mark = yield from text.pour(TextDelta, *ENDS)
            if not mark:
                return
            yield TextDelta(mark)
