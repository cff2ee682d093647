"""Guesses at formats whose calls have JSON in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..parsing.formats import JsonCalls, NamedJson, TaggedJson
from .probes import CALLS
from .spoken import Guess

_NAME, _ARGUMENTS = CALLS[0]
_BRACKETS = ("<", "[", "\N{WHITE LEFT-POINTING SMALL TRIANGLE}", "\N{LEFT BLACK LENTICULAR BRACKET}")
"""What marks begin with."""


def objects(one: str, two: str) -> Iterator[Guess]:
    """A JSON object between tags."""
    for before, value, after in _values(one, "{"):
        if before and (keys := _keys(value)):
            said = {"opening": before, "closing": after, **keys}
            yield type("Inferred", (TaggedJson,), said), f"{before}{{...}}{after}"


def lists(one: str, two: str) -> Iterator[Guess]:
    """A JSON list of objects between tags."""
    for before, value, after in _values(one, "["):
        if before and len(value) == 1 and (keys := _keys(value[0])):
            around = f"{before}[", f"]{after}"
            said = {"openings": (before,), "closings": tuple(filter(None, [after])), "around": around, **keys}
            yield type("Inferred", (JsonCalls,), said), f"{before}[...]{after}"


def named(one: str, two: str) -> Iterator[Guess]:
    """A name and a JSON object of arguments, between marks, with others around all calls or without."""
    for before, value, after in _values(one, "{"):
        opening, name, middle = before.partition(_NAME)
        if value != _ARGUMENTS or not name:
            continue
        middle = middle or one[len(before) : one.index("{", len(before))]
        for begin, end in _ends(opening.strip(), after, two):
            section = opening.strip().removesuffix(begin).strip(), after.removeprefix(end).strip()
            if middle and begin.startswith(_BRACKETS) and all(section) == any(section):
                said = {"section": section, "begin": begin, "middle": middle, "end": end}
                yield type("Inferred", (NamedJson,), said), f"{begin}...{middle.strip()}{{...}}{end}"


def _ends(opening: str, after: str, two: str) -> Iterator[tuple[str, str]]:
    """What may stand before and after each single call, where all together stand between these."""
    between = next((rest for _, value, rest in _values(two, "{") if value == _ARGUMENTS), "").partition(CALLS[1][0])[0]
    if not between:
        yield opening, after
    for cut in range(len(between)):
        end, begin = between[:cut].strip(), between[cut:].strip()
        if opening.endswith(begin) and after.startswith(end):
            yield begin, end


def _values(text: str, opening: str) -> Iterator[tuple[str, Any, str]]:
    """The JSON values in a text that begin so, each with what stands before and after it."""
    decoder, at = json.JSONDecoder(), text.find(opening)
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            pass
        else:
            yield text[:at].strip(), value, text[end:].strip()
        at = text.find(opening, at + 1)


def _keys(value: Any) -> dict[str, tuple[str, ...]] | None:
    """What an object calls name and arguments, as `JsonCall` is told it; None where it is no call."""
    if value == {_NAME: _ARGUMENTS}:
        return {"name_keys": (), "arguments_keys": ()}
    if not isinstance(value, Mapping):
        return None
    names = [key for key, said in value.items() if said == _NAME]
    arguments = [key for key, said in value.items() if said in (_ARGUMENTS, json.dumps(_ARGUMENTS))]
    return {"name_keys": (names[0],), "arguments_keys": (arguments[0],)} if names and arguments else None
