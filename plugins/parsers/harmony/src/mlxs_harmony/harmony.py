"""Harmony, the format of gpt-oss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlxs.events import ReasoningDelta, TextDelta, ToolCallArguments, ToolCallEnd, ToolCallStart
from mlxs.grammar import Either, Grammar, Json, Lit, Many, Seq
from mlxs.parsing import ReasoningParser, Scanner, Script, ToolParser
from mlxs.parsing.values import text_of

START, CHANNEL, MESSAGE = "<|start|>", "<|channel|>", "<|message|>"
ENDS = ("<|end|>", "<|return|>", "<|call|>")
MARKS = (START, CHANNEL, *ENDS)
ASSISTANT = f"{START}assistant"

_HEAD = re.compile(
    r"\s*((<\|channel\|>\s*(analysis|commentary|final)\b|to=(?!functions\.(?:[\s<]|$))[^\s<]+|<\|constrain\|>\s*\w+|json\b|code\b)\s*)+"
)
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_RECIPIENT = re.compile(r"\bto=([^\s<]+)")
_TYPE = re.compile(r"<\|constrain\|>\s*(\w+)")


class Harmony(ToolParser, ReasoningParser):
    """Messages, each with a header that says in which channel and to whom, up to `<|message|>`.

    `<|channel|>analysis<|message|>...<|end|><|start|>assistant<|channel|>commentary to=functions.f
    <|constrain|>json<|message|>{...}<|call|>`

    What is said to a function is a call, in whatever channel; to a built-in tool too, whose text that
    is no JSON is its first argument. The channel `analysis` is thought, as is what the model says to
    itself; the rest is said to the reader. Tokens of the format are no text.

    https://developers.openai.com/cookbook/articles/openai-harmony
    """

    tags = (f"{CHANNEL}analysis{MESSAGE}", ENDS[0])
    openings = (f"{CHANNEL}commentary to=functions.", f"{ASSISTANT}{CHANNEL}commentary to=functions.")

    def parse(self, text: Scanner) -> Script[None]:
        calls, mark = 0, ENDS[0]
        while mark:
            head = mark if mark == CHANNEL else (yield from self._beginning(text, mark))
            if not head:
                mark = yield from text.pour(TextDelta, *MARKS)
                continue
            head += yield from text.before(MESSAGE, START, *ENDS)
            if not (yield from text.match(MESSAGE)) or not _HEAD.fullmatch(head):
                yield TextDelta(text.unsaid())
                mark = yield from text.pour(TextDelta, *MARKS)
                continue
            channel, recipient = _last(_CHANNEL, head), _last(_RECIPIENT, head)
            if recipient in ("", "assistant", "user", "all"):
                thinks = channel == "analysis" or (recipient == "assistant" and channel == "commentary")
                mark = yield from text.pour(ReasoningDelta if thinks else TextDelta, *MARKS)
                continue
            name = recipient.removeprefix("functions.")
            yield ToolCallStart(calls, name)
            whole = yield from self._arguments(text, calls, name, _last(_TYPE, head))
            yield ToolCallEnd(calls, complete=whole)
            calls += 1
            yield from text.space()
            mark = (yield from text.match(*MARKS)) or (yield from text.pour(TextDelta, *MARKS))

    def _beginning(self, text: Scanner, mark: str) -> Script[str]:
        """Read how a message begins. Returns the beginning of its header, "" where there is none but text."""
        if mark == START:
            yield from text.match("assistant")
        text.unsaid()
        yield from text.space()
        head = yield from text.match("to=", CHANNEL)
        if head == "to=":
            head += (yield from text.before(" ", "\n", "<")) + (yield from text.space())
        if head and (head == CHANNEL or (yield from text.peek()) == "<"):
            return head
        if said := text.unsaid():
            yield TextDelta(said)
        return ""

    def _arguments(self, text: Scanner, index: int, name: str, kind: str) -> Script[bool]:
        """Emit a call's arguments; returns whether they were whole."""
        yield from text.space()
        first = yield from text.peek()
        if first == "{" and kind != "code":
            return (yield from text.json(lambda piece: ToolCallArguments(index, piece)))
        if first == "<" and (yield from text.match(*ENDS)):
            yield ToolCallArguments(index, "{}")
            return True
        if not first:
            return False
        tool = self.tools.get(name)
        key = next(iter((tool.parameters if tool else {}).get("properties") or ()), "input")
        yield ToolCallArguments(index, f'{{{text_of(key)}: "')
        yield from text.pour(lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), *MARKS, cut_short=False)
        yield ToolCallArguments(index, '"}')  # the token that ends it ends the answer too, and may not be in the text
        return True

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        return f"{_before(name)}{text_of(arguments)}{ENDS[2]}"

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        calls = [
            Seq((Lit(start + _before(tool.name)), Json(tool.parameters), Lit(ENDS[2])))
            for tool in self.tools.values()
            for start in ("", ASSISTANT)
        ]
        return Many(Either(tuple(calls)), 1, most) if calls else None


def _before(name: str) -> str:
    return f"{CHANNEL}commentary to=functions.{name} <|constrain|>json{MESSAGE}"


def _last(pattern: re.Pattern[str], head: str) -> str:
    found = pattern.findall(head)
    return found[-1] if found else ""
