"""What tools return, and the sentence that tells it."""

from __future__ import annotations

import json
from typing import Any

from .manners import capital
from .schemas import INTEGERS, NUMBERS, typed
from .tools import Request
from .values import Values
from .words import phrases

STYLES: list[dict[str, Any]] = [{}, {}, {}, {"separators": (",", ":")}, {"indent": 2}]
PLACES = ("city", "location", "town")


def result(request: Request, values: Values) -> tuple[str, str]:
    """What the tool returns for a request, and what the model says then."""
    rng = values.rng
    chance = rng.random()
    if chance < 0.08:
        error = rng.choice(phrases("error")).replace("{}", values.word())
        content = rng.choice([json.dumps({"error": error}), json.dumps({"error": error}), f"Error: {error}"])
        return content, f"Sorry, the tool returned an error: {error}."
    if chance < 0.2 or not request.results:
        said = [values.phrase(), values.phrase(), values.a_int(), values.a_amount(), values.name()]
        content = rng.choice([*said, f"{values.a_degrees()} degrees"])
        content += rng.choice(["", "", "", ".", "!"]) if not content[-1].isdigit() else ""
        return content, f"The result is: {content}" + ("" if content[-1] in ".!?" else ".")
    keys = rng.sample(request.results, rng.randint(1, len(request.results)))
    if len(request.results) > 1 and rng.random() < 0.3:
        keys = keys[:2]
    found = {key: _value(kind, values) for key, kind in keys}
    if rng.random() < 0.07:
        found["ok" if rng.random() < 0.5 else "available"] = rng.random() < 0.7
    style = rng.choice(STYLES) if rng.random() < 0.4 else {}
    return json.dumps(found, ensure_ascii=False, **style), capital(_where(request) + sentence(found))


def sentence(found: dict[str, Any]) -> str:
    """`the price is 3 and the currency is EUR`."""
    said = [
        f"the {key.replace('_', ' ')} {'are' if isinstance(value, list) else 'is'} {_told(value)}"
        for key, value in found.items()
    ]
    return (", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0]) + "."


def _where(request: Request) -> str:
    for name in PLACES:
        if name in request.arguments:
            return f"In {request.arguments[name]}, "
    return ""


def _value(kind: str, values: Values) -> Any:
    if kind == "words":
        return [values.word() for _ in range(values.rng.randint(1, 4))]
    said = values.draw(kind)
    return typed(said, kind) if kind in INTEGERS + NUMBERS else said


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " and ".join([", ".join(value[:-1]), value[-1]]) if len(value) > 1 else str(value[0])
    return str(value)
