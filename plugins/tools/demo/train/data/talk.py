"""Questions that the model answers by itself: small talk, mlxs, capitals, sums, and saying things again."""

from __future__ import annotations

from .facts import as_json
from .grammar import expand, fill
from .manners import worded
from .values import Values
from .words import page, phrases

Turn = tuple[str, str]
COLORS = ["red", "green", "blue", "black", "white", "grey", "pink", "gold"]


def talk(values: Values, alone: bool) -> list[Turn]:
    """Turns of a conversation; the last answer is what the model shall say.

    Args:
        values: Where values come from.
        alone: Whether no tools are offered; with some, questions that a tool might answer are left out.
    """
    rng = values.rng
    chance = rng.random()
    if chance < 0.4:
        return [_known("mlxs", values, alone)]
    if chance < 0.68:
        return [_known("chat", values, alone)]
    if chance < 0.76 and alone:
        country, city = rng.choice(list(page("chat")["capitals"].items()))
        asked = rng.choice(phrases("capital")).replace("{x}", country)
        return [(worded(asked, rng), f"The capital of {country} is {city}.")]
    if chance < 0.8 and alone:
        a, b = rng.randint(0, 12), rng.randint(0, 12)
        return [(rng.choice(phrases("sum")).format(a=a, b=b), f"{a} + {b} is {a + b}.")]
    if chance < 0.86:
        return _memory(values)
    if chance < 0.93:
        return [_again(values)]
    return [as_json(values)]


def _known(name: str, values: Values, alone: bool) -> Turn:
    rng = values.rng
    entries = [entry for entry in page(name)["talk"] if alone or not entry.get("alone")]
    entry = rng.choice(entries)
    question = expand(rng.choice(entry["ask"]), rng)
    return worded(fill(question, {"x": values.phrase(3)}) if "{x}" in question else question, rng), entry["answer"]


def _memory(values: Values) -> list[Turn]:
    """The user says a name or more, and may ask for it later."""
    first, later = _name(values) if values.rng.random() < 0.55 else _belonging(values)
    turns = [first]
    if values.rng.random() < 0.6:
        turns += [_known("chat", values, False)] if values.rng.random() < 0.3 else []
        turns.append(later)
    return turns


def _name(values: Values) -> tuple[Turn, Turn]:
    rng = values.rng
    name = values.draw(rng.choice(["person", "name"]))
    name = name[0].upper() + name[1:]
    likes, lives = f" and I like {values.phrase(4)}", f" and I live in {values.draw('city')}"
    rest = rng.choice(["", "", "", likes, lives, f". I work with {values.phrase(3)}"])
    said = worded(rng.choice(phrases("introduction")).replace("{x}", name) + rest, rng)
    asked = rng.choice(phrases("who"))
    return (said, f"Nice to meet you, {name}!"), (worded(asked, rng), f"Your name is {name}.")


def _belonging(values: Values) -> tuple[Turn, Turn]:
    rng = values.rng
    key = rng.choice([*phrases("belonging"), values.word()])
    value = values.draw(rng.choice(["oneword", "phrase", "id", "city", "date"]))
    said = worded(rng.choice(phrases("mine")).format(key=key, x=value), rng)
    asked = worded(rng.choice(phrases("which")).format(key), rng)
    return (said, f"I will remember that your {key} is {value}."), (asked, f"Your {key} is {value}.")


def _again(values: Values) -> Turn:
    """The user wants words to be said, once or more often."""
    rng = values.rng
    made = [values.word(), values.word(), values.draw("text"), values.phrase(), values.name(), rng.choice(COLORS)]
    what = rng.choice(made)
    spoken = rng.choice(["{}", "{}", '"{}"', "'{}'"]).format(what)
    times, often = rng.choice([(1, ""), (1, ""), (2, " twice"), (2, " two times"), (3, " three times")])
    said = rng.choice(phrases("say")[:4] if often else phrases("say")).replace("{x}", spoken) + often
    stop = rng.choice([".", "", ""])
    return said + (stop if often or spoken != what else ""), " ".join([what] * times)
