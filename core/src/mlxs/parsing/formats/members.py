"""Grammars of what an object has, in formats that do not write it as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...grammar import EMPTY, Either, Grammar, Lit, Many, Seq
from ...requests import Schema


def members(schema: Schema, member: Callable[[str, Schema], Grammar], separator: str = ", ") -> Grammar:
    """An object's members with the separator between them: those it must have, then those it may have.

    Args:
        member: Makes the grammar of one, of its name and its schema.
    """
    properties = schema.get("properties")
    required = schema.get("required") or ()
    if not isinstance(properties, Mapping):
        return EMPTY
    first = [member(key, value) for key, value in properties.items() if key in required]
    others = [member(key, value) for key, value in properties.items() if key not in required]
    between = Lit(separator)
    needed = tuple(part for each in first for part in (between, each))[1:]
    optional = tuple(Many(Seq((between, each)), 0, 1) for each in others)
    if needed:
        return Seq((*needed, *optional))
    begun = tuple(Seq((each, *optional[at + 1 :])) for at, each in enumerate(others))
    return Either((*begun, EMPTY)) if begun else EMPTY
