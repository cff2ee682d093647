"""The format of calls that a chat template writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..parsing import ToolParser
from .json_calls import lists, named, objects
from .probes import CALLS, TOOLS
from .spoken import Guess, Inferred, spoken, understood
from .tagged_calls import pairs, parameters

_GUESSES: tuple[Callable[[str, str], Iterator[Guess]], ...] = (objects, lists, named, parameters, pairs)


def calls(probes: Mapping[str, str]) -> Inferred | None:
    """The parser that reads the template's own calls; None where no shared format does."""
    for one, two in (_texts(probes, ""), _texts(probes, ", as text")):
        for guess in _GUESSES:
            for kind, mark in guess(one, two):
                if understood(kind, (one, two)) and understood(kind, (kind(TOOLS).write(*CALLS[0]),)):
                    return Inferred(kind, mark, _begins(kind, one))
    return None


def objects_fit(kind: type[ToolParser], probes: Mapping[str, str]) -> bool:
    """Whether the template wants the arguments of earlier calls as objects: it makes something else of
    JSON text, and of them what the parser reads."""
    objects = _texts(probes, "")
    return objects != _texts(probes, ", as text") and understood(kind, objects)


def _texts(probes: Mapping[str, str], shape: str) -> tuple[str, str]:
    return spoken(probes, f"call{shape}"), spoken(probes, f"calls{shape}")


def _begins(kind: type[ToolParser], said: str) -> tuple[str, ...]:
    """What a call begins with: its mark and the sign after it, with a line break between or without."""
    mark = next((mark for mark in kind().openings if said.startswith(mark)), "")
    first = said[len(mark) :].lstrip()[:1]
    if not mark or first.isalnum():  # a name, of which nothing is known
        return (mark,) if mark else ()
    return f"{mark}{first}", f"{mark}\n{first}"
