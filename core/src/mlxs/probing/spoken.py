"""What the assistant says in a rendered conversation, and whether a parser understands it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..parsing import ToolParser
from ..reading import Answer, answer, events_of
from .probes import CALLS, TOOLS, WORDS

Guess = tuple[type[ToolParser], str]
"""A format that the calls may have, and the marks it goes by, to show."""


@dataclass(frozen=True)
class Inferred:
    """A parser made for a chat template.

    Args:
        kind: Its class.
        mark: The marks it goes by, to show.
        begins: What a call begins with, up to what tells it from prose that mentions the mark.
    """

    kind: type[Any]
    mark: str
    begins: tuple[str, ...] = ()


def spoken(probes: Mapping[str, str], name: str) -> str:
    """What is said in that conversation in place of the words of the other. "" where it was not rendered."""
    words, said = probes.get("words", ""), probes.get(name, "")
    at = words.rfind(WORDS)
    before, after = words[:at].rstrip(), words[at + len(WORDS) :].lstrip()
    if at < 0 or not (said.startswith(before) and said.endswith(after)):
        return ""
    return said[len(before) : len(said) - len(after)].strip()


def understood(kind: type[ToolParser], texts: Sequence[str]) -> bool:
    """Whether a parser finds the probes' calls in one call and, where that could be rendered, in two; and
    nothing else."""
    if not texts[0]:
        return False
    for many, text in enumerate(filter(None, texts), 1):
        for chunks in ([text], list(text)):
            said = _read(kind, chunks)
            read = [(name, json.loads(arguments)) for name, arguments in said.tool_calls] if said else None
            if said is None or said.content or read != list(CALLS[:many]):
                return False
    said = _read(kind, [WORDS])
    return said is not None and said.content == WORDS


def _read(kind: type[ToolParser], chunks: list[str]) -> Answer | None:
    try:
        return answer(events_of(chunks, kind, tools=TOOLS))
    except Exception:  # a format that was guessed wrong may be no format at all
        return None
