"""What a model says, one small thing at a time.

Two laws hold for every stream of events: nothing is announced before it is certain, and nothing
announced is taken back. A whole answer is its stream, walked to its end: `merge` gives the form in
which two chunkings of one answer compare equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal, TypeVar

FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Words meant for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """Words the model meant for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallStart:
    """A call begins. Calls are numbered from 0 in the order in which they begin."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class ToolCallArguments:
    """The next fragment of a call's arguments, as JSON text."""

    index: int
    json: str


@dataclass(frozen=True, slots=True)
class ToolCallEnd:
    """A call is over; `complete` is False where the model was cut off inside it."""

    index: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One token of the answer, and what else the model might have said there.

    Args:
        token: The token's own text; may be part of a character.
        logprob: Natural logarithm of the token's probability before sampling filters.
        bytes: The token's bytes in UTF-8.
        top: The likeliest tokens at this place, likeliest first, each with an empty `top`.
    """

    token: str
    logprob: float
    bytes: tuple[int, ...] = ()
    top: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Logprobs:
    """Probabilities of the tokens just read, when the request asked for them."""

    tokens: tuple[TokenLogprob, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts of tokens: the prompt's, those of it found in a cache, the answer's, its reasoning's."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Begin:
    """The model has taken the request: first, and exactly once. `usage` knows the prompt's tokens."""

    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Finish:
    """The answer is over: last, and exactly once.

    Args:
        reason: `stop` (the model ended, or a stop string came), `length`, or `tool_calls`.
        usage: Tokens of this answer.
        stop: The stop string that ended it, where one did.
    """

    reason: FinishReason
    usage: Usage = field(default_factory=Usage)
    stop: str | None = None


ParsedEvent = TextDelta | ReasoningDelta | ToolCallStart | ToolCallArguments | ToolCallEnd
"""What a parser may yield."""

Event = Begin | ParsedEvent | Logprobs | Finish
"""What the pipeline yields."""

E = TypeVar("E", bound=Event)


def merge(events: Iterable[E]) -> Iterator[E]:
    """Join neighbouring fragments and drop empty ones."""

    def kind(event: E) -> tuple[Any, ...]:
        index = event.index if isinstance(event, ToolCallArguments) else None
        return type(event), index

    for (joined, index), group in groupby(filter(_says_something, events), key=kind):
        if joined is TextDelta or joined is ReasoningDelta:
            yield joined("".join(event.text for event in group))  # type: ignore[union-attr, misc]
        elif joined is ToolCallArguments:
            yield ToolCallArguments(index, "".join(event.json for event in group))  # type: ignore[union-attr, misc]
        else:
            yield from group


def _says_something(event: Event) -> bool:
    match event:
        case TextDelta("") | ReasoningDelta("") | ToolCallArguments(_, ""):
            return False
    return True
