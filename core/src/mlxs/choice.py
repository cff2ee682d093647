"""Which parser a model's answers want: what was asked for, or what its chat template betrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from .catalog import Shelf
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


def converter(shelf: Shelf[ConverterSpec], asked: str, parser: ToolParserSpec | None) -> Choice[ConverterSpec]:
    """The converter of that name, or under `auto` the one that goes with the tool-call parser."""
    if asked == "none":
        return Choice(None, "asked for")
    if asked != "auto":
        return Choice(shelf.find(asked), "asked for")
    wanted, why = (
        (parser.converter, f"goes with {parser.name}") if parser and parser.converter else (STANDARD, "the default")
    )
    there = wanted in shelf.names()
    return Choice(shelf.find(wanted) if there else None, why if there else f"{wanted} is not installed")
