"""Facts in words, to be written as JSON."""

from __future__ import annotations

import json

from .grammar import expand
from .schemas import schema, typed
from .values import Values
from .words import phrases

KINDS = ["name", "person", "count", "city", "phrase", "amount", "int", "date", "oneword", "email", "year"]
KNOWN = {"name": "person", "age": "count", "city": "city", "price": "amount"}
KNOWN |= {"date": "date", "count": "count", "email": "email", "year": "year"}


def as_json(values: Values) -> tuple[str, str]:
    """The user's sentence, in which keys and types are often said, and the JSON."""
    rng = values.rng
    count = rng.choice([1, 2, 2, 3])
    keys = list(dict.fromkeys(rng.choice([*phrases("key"), values.word()]) for _ in range(count)))
    drawn = []
    for key in keys:
        kind = KNOWN.get(key) or rng.choice(KINDS)
        drawn.append((key, kind, values.draw(kind)))
    style = rng.choice(["{k} is {v}", "{k}: {v}", "the {k} is {v}", "{k} = {v}"])
    facts = rng.choice([", ", " and ", "; "]).join(style.format(k=key, v=value) for key, _, value in drawn)
    facts = facts[0].upper() + facts[1:]
    types = ", ".join(f'"{key}": {schema(kind)["type"]}' for key, kind, _ in drawn)
    asked = expand(rng.choice(phrases("json")), rng)
    asked += rng.choice(["", f" with the keys {' and '.join(keys)}", f" with {', '.join(keys)}", f" like {{{types}}}"])
    question = rng.choice([f"{facts}. {asked}.", f"{asked}: {facts}", f"{asked}: {facts}."])
    return question, json.dumps({key: typed(value, kind) for key, kind, value in drawn}, ensure_ascii=False)
