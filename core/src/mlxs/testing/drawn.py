"""What tests of parsers draw at random: cuts, soups of marks, arguments and their schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from ..parsing.values import kind_of
from ..requests import Tool

_PIECE = re.compile(r"</?[^<>\s]{1,40}>?|\[/?[A-Z_]+\]|\w+|\s+|.", re.DOTALL)


def pieces_of(texts: Iterable[str]) -> list[str]:
    """What texts are made of: their tags whole and cut short, words, brackets, white space."""
    found = {piece for text in texts for piece in _PIECE.findall(text)}
    return sorted(found | {piece[: len(piece) // 2 + 1] for piece in found})


def chunks(text: str, most: int = 8) -> st.SearchStrategy[list[str]]:
    """The text, cut in up to `most` places."""
    cuts = st.lists(st.integers(0, len(text)), max_size=most)
    return cuts.map(sorted).map(lambda cuts: [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)])


def soups(samples: Sequence[str], marks: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Pieces and stretches of the samples, in any order."""
    stretch = st.sampled_from(samples).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
            lambda ends: text[min(ends) : max(ends)]
        )
    )
    return st.lists(st.sampled_from([*pieces_of(samples), *marks]) | stretch, max_size=20)


_NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5)
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.from_regex(r"\w([\w .-]{0,6}\w)?", fullmatch=True)


def arguments(unsayable: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of a call: any JSON that has none of these strings in it."""
    return st.dictionaries(_KEYS, _VALUES, max_size=4).filter(
        lambda drawn: not any(mark in text for mark in unsayable for text in _texts(drawn))
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def tool_for(name: str, drawn: dict[str, Any]) -> Tool:
    """A tool that takes just these arguments."""
    return Tool(name=name, parameters=_schema(drawn))


def _schema(value: Any) -> dict[str, Any]:
    kind = kind_of(value)
    if kind != "object":
        return {"type": kind}
    properties = {key: _schema(inner) for key, inner in value.items()}
    return {"type": kind, "properties": properties, "required": list(value), "additionalProperties": False}
