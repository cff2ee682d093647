"""Several requests in one sentence."""

from __future__ import annotations

from .families import families
from .manners import lowered
from .tools import Request
from .values import Values
from .words import phrases

# Kinds of values that can be said in a row: `the weather in Paris and Rome`.
SHORT = ("city", "country", "symbol", "path", "id", "room", "oneword", "person", "food", "url", "word", "name", "app")


def joined(first: Request, second: Request, values: Values) -> str:
    """Both sentences as one."""
    head, tail, joint = first.bare.rstrip("?.!"), second.bare, values.rng.choice(phrases("joint"))
    starts_with_value = any(tail.startswith(str(value)) for value in second.arguments.values())
    return head + joint + (tail if starts_with_value else lowered(tail))


def repeated(request: Request, values: Values) -> list[Request]:
    """The request with two or three values where it had one, as one request for each; none where it cannot be said."""
    kinds = {family.names[0]: family.arguments[0].kind for family in families() if family.arguments}
    kind = kinds.get(request.about)
    if len(request.arguments) != 1 or (kind and kind not in SHORT):
        return []
    ((name, value),) = request.arguments.items()
    if request.tool["parameters"]["properties"][name] != {"type": "string"}:
        return []
    if request.text.count(value) != 1 or " and " in value or "," in value:
        return []
    several = [value, *_others(value, kind, values)]
    if len(several) == 1:
        return []
    said = ", ".join(several[:-1]) + values.rng.choice([" and ", " and ", ", and "]) + several[-1]
    text = request.text.replace(value, said)
    return [Request(text, request.tool, {name: each}, request.results, request.about) for each in several]


def _others(value: str, kind: str | None, values: Values) -> list[str]:
    """One or two more values of the kind, as far as they can be told apart."""
    rng, found = values.rng, [value]
    for _ in range(rng.choice([1, 1, 1, 2])):
        other = values.draw(kind) if kind else rng.choice([values.word, values.name, values.a_id])()
        if other not in found and " and " not in other and "," not in other:
            found.append(other)
    return found[1:]
