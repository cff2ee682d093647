"""What every parser must do, as tests: subclass, name the parser, give samples, and run pytest.

    class TestAcme(ToolParserKit):
        parser = "acme"
        samples = {"one call": Sample(text='<|call|>buy {"what": "tea"}<|end|>', calls=(("buy", {"what": "tea"}),))}

The laws: what a text means does not depend on how it was cut; nothing said is taken back; nothing
is lost; what a format writes it reads and its grammar allows; work grows with the text, not faster.

A test of the kit may be overridden only to say that it fails, with `@pytest.mark.xfail(reason=...)`.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ..catalog import Catalog, Shelf
from ..grammar import Grammar, lark
from ..parsing import Parser, ToolParser, read
from ..plugins import Plugins
from ..requests import Tool
from ..specs import ReasoningParserSpec, ToolParserSpec
from .drawn import arguments, chunks, soups, tool_for
from .laws import Sample, bare_of, said, same
from .reading import ParserKit, drawing
from .work import fours, held

MEGABYTE = 1 << 20


class ToolParserKit(ParserKit):
    """Tests of an installed tool-call parser.

    Args of the class:
        constrained: Whether its calls can be demanded; False where `grammar` returns None.
    """

    constrained: ClassVar[bool] = True

    @classmethod
    def shelf(cls, plugins: Plugins) -> Shelf[ToolParserSpec]:
        return Catalog(plugins).tool_parsers

    def test_reads_what_it_writes(self, kind: type[ToolParser]) -> None:
        """Any call that the format can say comes back as it was, however it is cut."""

        @drawing
        @given(arguments(kind().unsayable), st.data())
        @example({}, None)
        @example({"text": '👩‍🚀 🚀 日本 \\u00e9 "quoted" \\ \t\r\n\x00\x7f'}, None)
        @example({"zip": "007", "flag": "true", "none": "null", "list": "[1]", "n": 7, "ok": True, "x": None}, None)
        def check(drawn: dict[str, Any], data: Any) -> None:
            tool = tool_for("do_it", drawn)
            text = kind((tool,)).write("do_it", drawn)
            deltas = data.draw(chunks(text)) if data else list(text)
            answer = said(Sample(text=text, tools=(tool,)).read(kind, *deltas))
            assert not answer.content.strip(), f"{answer.content!r} is no call"
            assert [(call.name, call.complete) for call in answer.calls] == [("do_it", True)]
            assert same(json.loads(answer.calls[0].arguments), drawn), f"{answer.calls[0].arguments} of {text}"

        check()

    def test_what_is_no_call_is_text(self, kind: type[ToolParser]) -> None:
        """Nonsense in which no call is found comes out byte for byte."""

        @drawing
        @given(soups(self.texts, self.marks))
        def check(deltas: list[str]) -> None:
            answer = said(read(kind(), *deltas))
            if not answer.calls and not answer.reasoning:
                text = "".join(deltas)
                assert bare_of(text, self.framing, answer.content), f"{answer.content!r} is not all of {text!r}"

        check()

    def test_says_what_it_does_not_know(self, kind: type[ToolParser]) -> None:
        """A call of a tool that was not offered is reported as it was said."""
        text = kind().write("no_such_tool", {"a": "b"})
        other = Tool(name="other")
        for tools in ((), (other,)):
            answer = said(read(kind(tools), text))
            assert [(call.name, json.loads(call.arguments)) for call in answer.calls] == [("no_such_tool", {"a": "b"})]

    def test_grammar_allows_what_it_writes(self, kind: type[ToolParser]) -> None:
        """What may be demanded is what the format writes, and calls of the tools offered only."""
        offered = Tool(name="do_it", parameters={"type": "object", "properties": {}, "additionalProperties": False})
        grammar = kind((offered,)).grammar()
        if not self.constrained:
            assert grammar is None, "there is a grammar: leave out `constrained = False`"
            pytest.skip("the format cannot be constrained")
        assert grammar is not None, "say `constrained = False` where there is no grammar"
        assert not allows(grammar, kind().write("no_such_tool", {}))
        assert not allows(grammar, "Hello there")

        @drawing
        @given(arguments((*kind().unsayable, "\x7f")))  # llguidance wants DEL escaped, JSON does not
        def check(drawn: dict[str, Any]) -> None:
            parser = kind((offered, tool_for("and_this", drawn)))
            text, demanded = parser.write("and_this", drawn), parser.grammar(most=1)
            assert demanded and allows(demanded, text), f"{text} is not allowed"

        check()

    def test_a_megabyte_of_arguments(self, kind: type[ToolParser]) -> None:
        """A large file in an argument streams through: next to nothing waits unread."""
        drawn = {"text": "All work and no play. " * (MEGABYTE // 22)}
        tool = tool_for("do_it", drawn)
        deltas = fours(kind((tool,)).write("do_it", drawn))
        assert held(kind((tool,)), deltas) < 100 * len(deltas)
        assert json.loads(said(read(kind((tool,)), *deltas)).calls[0].arguments) == drawn


class ReasoningParserKit(ParserKit):
    """Tests of an installed reasoning parser."""

    @classmethod
    def shelf(cls, plugins: Plugins) -> Shelf[ReasoningParserSpec]:
        return Catalog(plugins).reasoning_parsers

    def test_a_megabyte_of_thought(self, kind: type[Parser]) -> None:
        """A long thought streams through: next to nothing waits unread."""
        sample = next((s for s in self.samples.values() if s.reasoning and s.reasoning in s.text), None)
        assert sample, "give a sample with a thought"
        thought = ("All work and no play. " * (MEGABYTE // 22)).strip()
        deltas = fours(sample.text.replace(sample.reasoning, thought, 1))
        assert held(sample.begun(kind), deltas) < 100 * len(deltas)
        assert said(sample.read(kind, *deltas)).reasoning == thought


def allows(grammar: Grammar, text: str) -> bool:
    """Whether the grammar lets exactly this text through."""
    import llguidance

    tokenizer = llguidance.LLTokenizer("byte")
    matcher = llguidance.LLMatcher(tokenizer, llguidance.grammar_from("lark", lark(grammar)))
    assert not matcher.is_error(), matcher.get_error()
    tokens = tokenizer.tokenize_str(text)
    return matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens) and matcher.is_accepting()
