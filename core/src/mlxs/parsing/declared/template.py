"""A checkpoint's `response_template`, read and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .anchors import Anchor, Anchors
from .content import KINDS, check, refuse_mixed
from .regex import Regex, Unsupported

REASONING = frozenset({"thinking", "reasoning", "reasoning_content"})
CONTENT = "content"
CALLS = "tool_calls"
_KEYS = {"version", "defaults", "fields", "start_anchor", "start_anchor_pattern"}
_FIELD_KEYS = {"open", "open_pattern", "close", "close_pattern", "repeats", "join", "optional"} | {
    "content",
    "content_args",
    "transform",
    "transform_each",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One part of an answer.

    Args:
        name: `content`, `tool_calls`, or a name of the thoughts.
        open, close: Where it begins and ends; None: it is what stands outside the others; it ends with the answer.
        kind, args: How its text is to be read (`content.KINDS`).
        join: What stands between two of it.
        repeats: Whether there may be several.
        transform, each: What to make of what was read, or of each element of it.
    """

    name: str
    open: Anchor | None
    close: Anchor | None
    kind: str
    args: Mapping[str, Any]
    join: str
    repeats: bool
    transform: Any
    each: bool

    @property
    def is_thought(self) -> bool:
        """Whether the field holds thoughts."""
        return self.name in REASONING

    @cached_property
    def closes(self) -> Anchors[str]:
        """What to look for inside the field."""
        return Anchors([("", self.close)] if self.close else [])

    @cached_property
    def ends(self) -> Anchors[str] | None:
        """As `closes`, white space around them not minded; None where it ends with the answer."""
        if self.close is None:
            return None
        literals = dict.fromkeys(filter(None, (*self.close.literals, *map(str.strip, self.close.literals))))
        return Anchors([("", Anchor(tuple(literals), self.close.regex))])

    @property
    def strips(self) -> bool:
        """Whether white space right inside the field is the format's."""
        return self.kind != "text" or bool(self.args.get("strip", True))

    def around(self, groups: Mapping[str, str]) -> tuple[str, str] | None:
        """What is written before and after it, the opening's groups saying this; None where it cannot be told."""
        before = self.open.written(groups) if self.open else ""
        after = self.close.written() if self.close else ""
        return None if before is None or after is None else (before, after)


@dataclass(frozen=True)
class Template:
    """All parts, by name, and where an answer begins."""

    fields: Mapping[str, Field]
    start: Anchor

    @property
    def calls(self) -> Field | None:
        """Where calls are."""
        return self.fields.get(CALLS)

    @property
    def thoughts(self) -> Field | None:
        """Where thoughts are; the first such field."""
        return next((field for field in self.fields.values() if field.is_thought), None)

    @cached_property
    def outside(self) -> Anchors[str]:
        """What to look for outside the fields: where each begins, by its name; by "", marks that say nothing."""
        given = [(name, field.open) for name, field in self.fields.items() if field.open]
        given += [("", field.close) for field in self.fields.values() if not field.open and field.close]
        return Anchors([*given, ("", self.start)])


def load(said: Any) -> Template:
    """The template as a checkpoint has it, of version 1.

    https://huggingface.co/docs/transformers/main/en/chat_response_parsing

    Raises Unsupported where it is none, or asks for something that cannot be done here.
    """
    if not isinstance(said, Mapping) or not isinstance(said.get("fields"), Mapping) or not said["fields"]:
        raise Unsupported("it is no object with fields")
    if said.get("version", 1) != 1:
        raise Unsupported(f"it is of version {said['version']!r}, and only 1 is known")
    _only(_KEYS, said, "it")
    start = _anchor(said, "start_anchor", "it")
    if start is None:
        raise Unsupported("it has no start_anchor")
    fields = {name: _field(name, field) for name, field in said["fields"].items()}
    if sum(field.open is None for field in fields.values()) > 1:
        raise Unsupported("several of its fields have no open")
    if CALLS in fields and fields[CALLS].open is None:
        raise Unsupported("its tool_calls have no open")
    return Template(fields, start)


def _field(name: str, said: Any) -> Field:
    if name not in {*REASONING, CONTENT, CALLS}:
        raise Unsupported(f"it has a field {name!r}, which no API could show")
    where = f"its field {name}"
    if not isinstance(said, Mapping):
        raise Unsupported(f"{where} is no object")
    _only(_FIELD_KEYS, said, where)
    kind, args, transform = said.get("content", "text"), said.get("content_args", {}), said.get("transform")
    if kind not in KINDS or not isinstance(args, Mapping):
        raise Unsupported(f"{where} has content {kind!r}; known are {', '.join(KINDS)}")
    if name != CALLS and (kind != "text" or transform is not None):
        raise Unsupported(f"{where} is more than text")
    if said.get("transform_each") and transform is None:
        raise Unsupported(f"{where} has transform_each and no transform")
    check(kind, args)
    refuse_mixed(transform)
    return Field(
        name=name,
        open=_anchor(said, "open", where),
        close=_anchor(said, "close", where),
        kind=kind,
        args=args,
        join=str(said.get("join") or ""),
        repeats=bool(said.get("repeats")),
        transform=transform,
        each=bool(said.get("transform_each")),
    )


def _anchor(said: Mapping[str, Any], key: str, where: str) -> Anchor | None:
    literal, pattern = said.get(key), said.get(f"{key}_pattern")
    literals = [literal] if isinstance(literal, str) else literal
    if literals is not None and pattern is not None:
        raise Unsupported(f"{where} has both {key} and {key}_pattern")
    if isinstance(pattern, str):
        return Anchor(regex=Regex(pattern))
    if literals is None and pattern is None:
        return None
    if pattern is not None or not literals or not all(isinstance(each, str) and each for each in literals):
        raise Unsupported(f"{where} has {json.dumps(pattern or literal)[:80]} for {key}")
    return Anchor(literals=tuple(literals))


def _only(known: set[str], said: Mapping[str, Any], where: str) -> None:
    if unknown := sorted(map(str, set(said) - known)):
        raise Unsupported(f"{where} has {', '.join(unknown)}, which is not known")
