"""Which parsers a model's answers want: what was asked for, what the checkpoint declares, or what its chat template
betrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from .backends import ModelInfo
from .catalog import Catalog, Shelf
from .made import Made, Workshop
from .specs import ConverterSpec, ReasoningParserSpec, ToolParserSpec

STANDARD = "standard"
"""The converter of a model whose tool-call parser names none."""

M = TypeVar("M", ToolParserSpec, ReasoningParserSpec)
S = TypeVar("S", ToolParserSpec, ReasoningParserSpec, ConverterSpec)


@dataclass(frozen=True)
class Choice(Generic[S]):
    """What was chosen, None for nothing, and why."""

    spec: S | None
    why: str

    @property
    def name(self) -> str:
        return self.spec.name if self.spec else "none"


def by_marks(shelf: Shelf[M], asked: str, template: str | None) -> Choice[M]:
    """The parser of that name, or under `auto` the one whose longest mark stands in the template."""
    if asked == "none":
        return Choice(None, "asked for")
    if asked != "auto":
        return Choice(shelf.find(asked), "asked for")
    if not template:
        return Choice(None, "the model has no chat template")
    found = [(len(mark), mark, spec) for spec in shelf for mark in spec.marks if mark in template]
    if not found:
        return Choice(None, "nothing in the chat template tells")
    _, mark, spec = max(found, key=lambda found: found[:2])
    return Choice(spec, f"the chat template has {mark!r}")


def parsers(
    catalog: Catalog, tools: str, reasoning: str, info: ModelInfo | None
) -> tuple[Choice[ToolParserSpec], Choice[ReasoningParserSpec]]:
    """The parsers of those names; under `auto` the one that the checkpoint declares, else the one whose mark
    stands in the chat template, else one made for what the template writes.

    Args:
        info: What is known of the model; None before it is loaded.
    """
    template = info.chat_template if info else None
    tool_parser = by_marks(catalog.tool_parsers, tools, template)
    reasoning_parser = by_marks(catalog.reasoning_parsers, reasoning, template)
    if info is None:
        return tool_parser, reasoning_parser
    workshop = Workshop(info)
    calls, thoughts = workshop.declared(calls=tools == "auto", thoughts=reasoning == "auto")
    if tools == "auto":
        tool_parser = _first(calls, tool_parser, workshop.calls)
    if reasoning == "auto":
        reasoning_parser = _first(thoughts, reasoning_parser, workshop.thoughts)
    return tool_parser, reasoning_parser


def _first(declared: Made, marked: Choice[M], infer: Callable[[], Made]) -> Choice[M]:
    """The first of the three that there is, and why the first is not, where it is told."""
    spec, why = declared
    if spec:
        return Choice(spec, why)
    if not marked.spec and (inferred := infer())[0]:
        marked = Choice(*inferred)
    return replace(marked, why=f"{marked.why}; {why}") if why else marked


def converter(shelf: Shelf[ConverterSpec], asked: str, parser: ToolParserSpec | None) -> Choice[ConverterSpec]:
    """The converter of that name, or under `auto` the one that goes with the tool-call parser."""
    if asked == "none":
        return Choice(None, "asked for")
    if asked != "auto":
        return Choice(shelf.find(asked), "asked for")
    asks = parser is not None and parser.converter is not None
    wanted, why = (parser.converter, f"goes with {parser.name}") if parser and asks else (STANDARD, "the default")
    there = wanted in shelf.names()
    return Choice(shelf.find(str(wanted)) if there else None, why if there else f"{wanted} is not installed")
