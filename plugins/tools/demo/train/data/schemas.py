"""Kinds of values as JSON has them."""

from __future__ import annotations

INTEGERS = ("count", "int", "degrees", "percent", "year", "digit")
NUMBERS = ("amount", "rating")


def typed(said: str, kind: str) -> str | int | float | bool | list[str]:
    """The value as JSON has it: numbers for kinds that are numbers."""
    if kind == "words":
        return said.split(", ")
    if kind == "flag":
        return said in ("true", "yes", "on")
    if kind in INTEGERS:
        return int(said)
    if kind in NUMBERS:
        return float(said) if "." in said else int(said)
    return said


def schema(kind: str) -> dict[str, object]:
    """JSON schema of a kind."""
    if "|" in kind:
        return {"type": "string", "enum": kind.split("|")}
    if kind == "words":
        return {"type": "array", "items": {"type": "string"}}
    if kind == "flag":
        return {"type": "boolean"}
    return {"type": "integer" if kind in INTEGERS else "number" if kind in NUMBERS else "string"}
