"""Requests for tools that people know: weather, mail, files, lights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from .tools import Argument, Request, request, styled
from .values import Values
from .words import page


@dataclass(frozen=True)
class Family:
    """Tools that do the same thing under different names."""

    names: tuple[str, ...]
    abouts: tuple[str, ...]
    arguments: tuple[Argument, ...]
    requests: tuple[str, ...]
    results: tuple[tuple[str, str], ...]

    def request(self, values: Values) -> Request:
        """Something that a user asks for, and the tool for it."""
        rng = values.rng
        arguments = [(_name(argument, rng), argument) for argument in self.arguments]
        if rng.random() < 0.4:
            arguments = [pair for pair in arguments if not pair[1].optional]
        there = {argument.names[0] for _, argument in arguments}
        sentence = rng.choice(self.requests)
        for argument in self.arguments:
            if argument.names[0] not in there:
                sentence = _without(sentence, argument.names[0])
        about = rng.choice(self.abouts) if rng.random() < 0.85 else ""
        name = styled(rng.choice(self.names), rng)
        return request(sentence, name, about, arguments, values, self.results, self.names[0])


@cache
def families() -> tuple[Family, ...]:
    return tuple(
        Family(
            names=tuple(each["names"].split(", ")),
            abouts=tuple(each["abouts"]),
            arguments=tuple(map(Argument.parse, each["arguments"])),
            requests=tuple(each["requests"]),
            results=tuple((key, kind) for key, _, kind in (result.partition(": ") for result in each["results"])),
        )
        for each in page("families")["family"]
    )


def _name(argument: Argument, rng: Random) -> str:
    return argument.names[0] if rng.random() < 0.5 else rng.choice(argument.names)


def _without(sentence: str, slot: str) -> str:
    """The sentence without the bracketed part that has this slot."""
    end = sentence.find("{" + slot + "}")
    if end < 0:
        return sentence
    return sentence[: sentence.rindex("[", 0, end)] + sentence[sentence.index("]", end) + 1 :]
