"""Requests for tools that nobody has seen before: the model has to read what they are called."""

from __future__ import annotations

from random import Random

from .manners import capital
from .tools import Argument, Request, request, styled
from .values import Values
from .words import phrases, words

KINDS = ["word", "name", "id", "phrase", "count", "int", "amount", "city", "person", "date", "path", "clock", "food"]
KINDS += ["oneword", "symbol", "email", "word", "name", "id", "phrase", "int", "red|green|blue", "low|medium|high"]
KINDS += ["asc|desc", "small|large", "day|week|month"]
JOINTS = [", ", " and ", ", "]


def invented(values: Values) -> Request:
    """A request for a tool with a random name, and up to four arguments."""
    rng = values.rng
    noun, verb = _noun(values), _verb(values)
    if rng.random() < 0.42:
        return _question(noun, values)
    if rng.random() < 0.5:
        return _action(noun, verb, values)
    return _named(noun, verb, values)


def _question(noun: str, values: Values) -> Request:
    rng = values.rng
    name = _snake(noun) if rng.random() < 0.2 else f"{rng.choice(phrases('getting'))}_{_snake(noun)}"
    name = f"{_snake(noun)}_{rng.choice(['lookup', 'of', 'for', 'info', 'search'])}" if rng.random() < 0.1 else name
    abouts = ["", f"Get the {noun}.", f"Returns the {noun}.", f"Look up the {noun}.", f"The {noun} of something."]
    about = rng.choice([*abouts, f"Find the {noun} by its key."])
    arguments = [(_argument(values), Argument(("value",), rng.choice(KINDS)))]
    sentence = capital(rng.choice(phrases("question")).replace("{noun}", noun))
    return request(sentence, styled(name, rng), about, arguments, values, ((_snake(noun), rng.choice(KINDS)),))


def _action(noun: str, verb: str, values: Values) -> Request:
    rng = values.rng
    does = verb.capitalize()
    about = rng.choice(["", f"{does} a {noun}.", f"{does} the {noun}.", f"{does}s {noun} data."])
    arguments = [(_argument(values), Argument(("value",), rng.choice(KINDS)))]
    if rng.random() < 0.25:
        other = _argument(values)
        if other not in ("value", arguments[0][0]):
            arguments.append((other, Argument((other,), rng.choice(KINDS), optional=True)))
    sentence = capital(rng.choice(phrases("action")).replace("{noun}", noun).replace("{verb}", verb))
    if len(arguments) > 1 and sentence[-1] not in "?" and rng.random() < 0.6:
        other = arguments[1][0]
        style = rng.choice(phrases("naming")).replace("{arg}", _spaced(other)).replace("{value}", "{" + other + "}")
        sentence += rng.choice([" with ", ", ", " using "]) + style
    return request(sentence, styled(_joined(verb, noun, rng), rng), about, arguments, values, _results(rng))


def _named(noun: str, verb: str, values: Values) -> Request:
    """A request that names the arguments, and perhaps the tool."""
    rng = values.rng
    names = list(dict.fromkeys(_argument(values) for _ in range(rng.choice([1, 2, 2, 3, 4]))))
    kinds = [*KINDS, *KINDS, "words", "flag", "flag", "|".join(values.word() for _ in range(3))]
    arguments = [(name, Argument((name,), rng.choice(kinds), rng.random() < 0.25)) for name in names]
    name = styled(_joined(verb, noun, rng), rng)
    heads = [f"{verb} {noun}", f"{verb} the {noun}", f"{verb} a {noun}", f"Use {name}", f"Call {name}", f"Run {name}"]
    head = rng.choice([*heads, name])
    style, parts = rng.choice(phrases("naming")), []
    for argument, spec in arguments:
        if not spec.optional or rng.random() < 0.5:
            style = style if rng.random() < 0.8 else rng.choice(phrases("naming"))
            written = _spaced(argument) if rng.random() < 0.6 else argument
            parts.append(style.replace("{arg}", written).replace("{value}", "{" + argument + "}"))
    if rng.random() < 0.3:
        rng.shuffle(parts)
    joint = rng.choice(JOINTS)
    between = rng.choice([" with ", ": ", ", ", " for ", " using ", " where "]) if parts else ""
    sentence = head + between + joint.join(parts)
    about = rng.choice(["", f"{verb.capitalize()} a {noun}.", f"{verb.capitalize()} {noun}.", f"Tool for {noun}."])
    sentence = sentence if head == name else capital(sentence)
    return request(sentence, name, about, arguments, values, _results(rng))


def _results(rng: Random) -> tuple[tuple[str, str], ...]:
    keys = rng.sample(phrases("argument"), rng.choice([1, 1, 2, 3]))
    return tuple((key, rng.choice(KINDS)) for key in dict.fromkeys(keys))


def _noun(values: Values) -> str:
    rng = values.rng

    def one() -> str:
        return rng.choice(words("noun", values.held_out)) if rng.random() < 0.72 else values.pseudo().lower()

    return one() if rng.random() < 0.6 else f"{one()} {one()}"


def _verb(values: Values) -> str:
    return values.rng.choice(words("verb", values.held_out)) if values.rng.random() < 0.85 else values.pseudo().lower()


def _argument(values: Values) -> str:
    rng = values.rng
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(phrases("argument"))
    if chance < 0.8:
        return _snake(rng.choice(words("noun", values.held_out)) + rng.choice(["", "", "_id", "_name", " code"]))
    return _snake(values.pseudo().lower()) or "value"


def _joined(verb: str, noun: str, rng: Random) -> str:
    return f"{verb}_{_snake(noun)}" if rng.random() < 0.85 else f"{_snake(noun)}_{verb}"


def _snake(text: str) -> str:
    return "_".join("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split()) or "thing"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
