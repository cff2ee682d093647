"""Texts that stand for what is shown. A client that wrote one would have the model look where nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from mlxs.errors import BadRequest

NAMES = ("image_token", "video_token", "audio_token", "boi_token", "boa_token")
"""What processors call them."""


def marks(processor: Any, placeholders: Collection[int]) -> frozenset[str]:
    """Those of a checkpoint.

    Args:
        placeholders: Tokens that are known to stand for something.
    """
    tokenizer = getattr(processor, "tokenizer", processor)
    named = (getattr(processor, name, None) for name in NAMES)
    return frozenset(filter(None, (*named, *tokenizer.convert_ids_to_tokens(list(placeholders)))))


def check(marks: Collection[str], said: Any, param: str) -> None:
    """Raise BadRequest where a client wrote one, however deep in what it said."""
    for text in _texts(said):
        if mark := next((mark for mark in marks if mark in text), None):
            raise BadRequest(f"{mark!r} stands for what is shown; leave it out of the text", param=param)


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        yield from _texts((*said.keys(), *said.values()))
    elif isinstance(said, list | tuple):
        for one in said:
            yield from _texts(one)
    elif is_dataclass(said):
        yield from _texts([getattr(said, field.name) for field in fields(said)])
