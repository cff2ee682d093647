"""Tools, and requests that fit them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .grammar import expand, fill, slots
from .manners import worded
from .schemas import schema, typed
from .values import Values

QUOTED = {"text": 0.4, "title": 0.4, "query": 0.3, "phrase": 0.4, "song": 0.45, "oneword": 0.4, "picture": 0.15}
QUOTED |= {"deed": 0.2, "command": 0.4, "sql": 0.3, "word": 0.2, "path": 0.12, "id": 0.05, "name": 0.1}
QUOTES = ['"{}"', '"{}"', "'{}'", "“{}”", "`{}`"]


@dataclass(frozen=True)
class Argument:
    """An argument of a tool.

    Args:
        names: What it may be called; requests use the first.
        kind: Kind of its values.
        optional: Whether it may be left out.
    """

    names: tuple[str, ...]
    kind: str
    optional: bool = False

    @classmethod
    def parse(cls, text: str) -> Argument:
        """From `names: kind`, where `?` after the names means that it may be left out."""
        names, _, kind = text.partition(": ")
        return cls(tuple(names.removesuffix("?").split("/")), kind, names.endswith("?"))


@dataclass(frozen=True)
class Request:
    """What a user asks for, and the call that does it.

    Args:
        text: The user's sentence.
        tool: The function that fits, as OpenAI's API describes one.
        arguments: What to call it with.
        results: Keys that it returns, each with the kind of its value.
        about: What the tool is about, unless it is invented; tools about the same are not offered together.
        bare: The sentence before it was made polite or careless.
    """

    text: str
    tool: dict[str, Any]
    arguments: dict[str, Any]
    results: tuple[tuple[str, str], ...] = ()
    about: str = ""
    bare: str = field(default="", compare=False)


def said(value: str, kind: str, rng: Random) -> str:
    """The value as a sentence has it, in quotation marks at times."""
    if rng.random() < QUOTED.get(kind, 0.0) and not set("\"'`“”") & set(value):
        return rng.choice(QUOTES).format(value)
    return value


def tool(name: str, about: str, arguments: list[tuple[str, Argument]]) -> dict[str, Any]:
    """The function, from its arguments under the names that it has for them."""
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema(argument.kind) for name, argument in arguments},
        "required": [name for name, argument in arguments if not argument.optional],
    }
    return {"name": name, **({"description": about} if about else {}), "parameters": parameters}


def request(
    sentence: str,
    name: str,
    about: str,
    arguments: list[tuple[str, Argument]],
    values: Values,
    results: tuple[tuple[str, str], ...] = (),
    subject: str = "",
) -> Request:
    """Fill a sentence of the grammar with values, and say which call it asks for.

    Args:
        sentence: Its slots are the first names of the arguments.
        name, about: Of the tool.
        arguments: Each with the name that the tool has for it.
        values: Where values come from.
        results, subject: See `Request`.
    """
    rng = values.rng
    sentence = expand(sentence, rng)
    drawn = {argument.names[0]: values.draw(argument.kind) for _, argument in arguments}
    kinds = {argument.names[0]: argument.kind for _, argument in arguments}
    spoken = {slot: said(drawn[slot], kinds[slot], rng) for slot in slots(sentence)}
    bare = fill(sentence, spoken)
    return Request(
        text=worded(bare, rng, lower=not sentence.startswith("{"), closed=not sentence.endswith("}")),
        tool=tool(name, about, arguments),
        arguments={
            name: typed(drawn[argument.names[0]], argument.kind)
            for name, argument in arguments
            if argument.names[0] in spoken
        },
        results=results,
        about=subject,
        bare=bare,
    )


def styled(name: str, rng: Random) -> str:
    """The name as some people would write it."""
    chance = rng.random()
    if chance < 0.08:
        return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)
    if chance < 0.13:
        return name.replace("_", "-")
    if chance < 0.17:
        return name + rng.choice(["_tool", "_v2", "_api", "_fn", "2"])
    if chance < 0.2:
        return rng.choice(["my_", "tool_", "do_", "api_", "user_"]) + name
    return name
