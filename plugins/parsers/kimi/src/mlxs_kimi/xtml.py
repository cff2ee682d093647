"""Kimi K3's markup: `<|open|>tag attributes<|sep|>...<|close|>tag<|sep|>`."""

from __future__ import annotations

from mlxs.events import TextDelta, ToolCallArguments, ToolCallStart
from mlxs.grammar import Grammar, Lit, Pattern, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Framed, Invokes
from mlxs.requests import Schema, Tool

OPEN, CLOSE, SEP = "<|open|>", "<|close|>", "<|sep|>"
KINDS = ("string", "number", "boolean", "null", "object", "array")
FRAMES = tuple(
    f"{mark}{sep}"
    for mark in (f"{OPEN}response", f"{CLOSE}response", f"{CLOSE}think", f"{CLOSE}message")
    for sep in (SEP, "")
)
"""Tags around what is said, each also as models shorten it."""

TORN = (OPEN, CLOSE)
"""What is left of a tag where the answer breaks off."""


def framed(text: Scanner, mark: str) -> Script[str]:
    """Read past a frame. Returns "", or the mark where it is no frame after all but text."""
    if mark.endswith(SEP):
        return ""
    following = yield from text.peek()
    return "" if not following or (following == "<" and mark not in TORN) else mark


class KimiK3(Invokes):
    """`<|open|>call tool="f" index="1"<|sep|><|open|>argument key="a" type="number"<|sep|>1<|close|>argument<|sep|>`.

    All arguments may stand in one `json` tag instead. What is around the text of the answer is
    dropped.
    https://github.com/ggml-org/llama.cpp/blob/master/models/templates/Kimi-K3.jinja
    """

    opening, closing = f"{OPEN}tools{SEP}", f"{CLOSE}tools{SEP}"
    types = {kind: f'type="{kind}"' for kind in KINDS} | {"integer": 'type="number"'}
    certain = True
    unclosed = line = ""
    asides = (*FRAMES, *TORN)

    @property
    def function(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"{OPEN}call tool=", SEP, f"{CLOSE}call{SEP}"

    @property
    def parameter(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"{OPEN}argument key=", SEP, f"{CLOSE}argument{SEP}"

    def name(self, said: str) -> str:
        return _unescaped(super().name(said))

    def argument(self, tool: Tool | None, said: str) -> tuple[str, Schema | None]:
        key, schema = super().argument(tool, said)
        return _unescaped(key), schema

    def said(self, name: str) -> str:
        return super().said(name.replace("&", "&amp;").replace('"', "&quot;"))

    def called(self, name: str) -> str:
        return f'{self.said(name)} index="1"'

    def function_grammars(self) -> list[Grammar]:
        begin, named, close = self.function
        return [
            Seq(
                (
                    Lit(f'{begin}{self.said(tool.name)} index="'),
                    Pattern("[1-9][0-9]?"),
                    Lit(f'"{named}'),
                    *self.parameter_grammars(tool.parameters),
                    Lit(close),
                )
            )
            for tool in self.tools.values()
        ]

    def aside(self, text: Scanner, mark: str) -> Script[str]:
        said = yield from framed(text, mark)
        if said := self.gap(text, mark) + said:
            yield TextDelta(said)
        return ""

    def read_body(self, text: Scanner, index: int, name: str) -> Script[bool | None]:
        if not (yield from text.match(f"{OPEN}json ")):
            return None
        yield from text.take(SEP)
        yield from text.space()
        if (yield from text.peek()) != "{":
            return None
        yield ToolCallStart(index, name)
        whole = yield from text.json(lambda piece: ToolCallArguments(index, piece))
        for mark in (f"{CLOSE}json{SEP}", self.function[2]):
            yield from text.space()
            yield from text.match(mark)
        return whole


def _unescaped(said: str) -> str:
    return said.replace("&quot;", '"').replace("&amp;", "&")


class KimiK3Thoughts(Framed):
    """`<|open|>think<|sep|>...<|close|>think<|sep|>`, and the text of the answer without what is around it.

    A call ends a thought that was not closed.
    """

    opening, closing = f"{OPEN}think{SEP}", f"{CLOSE}think{SEP}"
    frames = (*FRAMES, *TORN)
    calls = (KimiK3.opening,)

    def frame(self, text: Scanner, mark: str) -> Script[str]:
        return (yield from framed(text, mark))
