"""How a model is spoken with: what is sent to it, what its answer means, and what it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .choice import Choice
from .errors import BadRequest
from .grammar import Either, Grammar, anywhere
from .parsing import Chain, Parser, ReasoningParser, ToolParser
from .requests import ChatRequest, Thought, Tool
from .specs import ConverterSpec, ReasoningParserSpec, ToolParserSpec


@dataclass(frozen=True)
class Dialect:
    """The parsers and the converter of one model, and why they were chosen."""

    tool_parser: Choice[ToolParserSpec]
    reasoning_parser: Choice[ReasoningParserSpec]
    converter: Choice[ConverterSpec]

    def convert(self, request: ChatRequest) -> ChatRequest:
        """The request, fitted to the model's chat template."""
        spec = self.converter.spec
        changed: ChatRequest = spec.load()(request) if spec else request
        return changed

    def parser(self, tools: Sequence[Tool]) -> Parser:
        """A fresh parser for one answer. Calls are looked for where tools were offered."""
        specs: list[ReasoningParserSpec | ToolParserSpec | None] = [self.reasoning_parser.spec]
        if tools:
            specs.append(self.tool_parser.spec)
        kinds = dict.fromkeys(spec.load() for spec in specs if spec)
        return Chain(*(kind(tools) for kind in kinds))

    def constrain(self, request: ChatRequest) -> ChatRequest:
        """The request with the model's tags of a thought, and the constraint that its format and its tool
        choice amount to.

        Raises BadRequest where the model's format of calls cannot be constrained, or its thoughts are given a
        budget and cannot be told from the answer.
        """
        return replace(request, thought=self._thought(request), constraint=self._grammar(request))

    def _thought(self, request: ChatRequest) -> Thought | None:
        spec = self.reasoning_parser.spec
        parser: ReasoningParser | None = spec.load()(request.tools) if spec else None
        thought = parser.thought if parser else None
        if spec and thought is None and request.thought_tokens:
            raise BadRequest(
                f"thoughts in the format {spec.name} have no closing tag, so they cannot be given a budget; leave the "
                "thinking budget out",
                param="thinking_budget",
            )
        return thought

    def _grammar(self, request: ChatRequest) -> Grammar | None:
        choice = request.tool_choice
        if not request.tools or choice.mode == "none":
            return request.format
        if choice.mode == "required":
            return self._calls(request)[0]
        if request.format is not None:
            return Either((request.format, self._calls(request)[0]))
        if choice.names or any(tool.strict for tool in request.tools):
            return anywhere(*self._calls(request))
        return None

    def _calls(self, request: ChatRequest) -> tuple[Grammar, tuple[str, ...]]:
        """What calls to the tools that may be called look like, and what they begin with."""
        names = request.tool_choice.names
        tools = [tool for tool in request.tools if not names or tool.name in names]
        if unknown := set(names) - {tool.name for tool in tools}:
            raise BadRequest(
                f"tool_choice names {sorted(unknown)[0]!r}, which is none of the tools", param="tool_choice"
            )
        spec = self.tool_parser.spec
        if spec is None:
            raise BadRequest(
                f"this model's calls cannot be demanded, for nobody knows how it writes them ({self.tool_parser.why}); "
                "serve it with a --tool-call-parser",
                param="tool_choice",
            )
        parser: ToolParser = spec.load()(tools)
        calls = parser.grammar(most=None if request.parallel_tool_calls else 1)
        if calls is None:
            raise BadRequest(
                f"calls in the format {spec.name} cannot be constrained; leave tool_choice at 'auto'",
                param="tool_choice",
            )
        return calls, parser.openings
