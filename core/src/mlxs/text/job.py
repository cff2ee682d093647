"""What passes between a text backend and its author's code: requests ready for the model, and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..constraint import Matcher
from ..requests import SamplingParams
from .budget import Budget

SHOWN = 24
"""Tokens on either side of the place where a prompt parts from a cached one."""


@dataclass(frozen=True, slots=True)
class Token:
    """One step of one answer.

    Args:
        id: The token.
        logprob: Its natural log probability; None unless asked for.
        top: The likeliest ids with their log probabilities, likeliest first.
        finish: `stop` where this token ends the answer and is no part of it; `length` where it is the last.
    """

    id: int
    logprob: float | None = None
    top: tuple[tuple[int, float], ...] = ()
    finish: Literal["stop", "length"] | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """A cached prompt that begins as the one at hand.

    Args:
        shared: With how many tokens.
        rest: Those that it goes on with; the first few will do.
    """

    shared: int
    rest: Sequence[int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation, ready for the model.

    Args:
        tokens: Its ids.
        identity: As many numbers, alike for two prompts as far as these are; None where the tokens are that.
        media: What the tokens do not say, such as pictures: the backend's own affair.
    """

    tokens: list[int]
    identity: list[int] | None = None
    media: Any = None

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(slots=True)
class Job:
    """A request, ready for the model.

    Args:
        prompt: Token ids.
        sampling: Every default filled in; `max_tokens` fits the context.
        generation_prompt: The end of the prompt that the answer begins with.
        matcher: Says which tokens may come next, where the answer is constrained.
        budget: Says which token must come next, where the thought has used up its tokens.
        identity, media: Of the `Prompt`.
        cached: To be set by the backend: how many tokens of the prompt a cache held.
        nearest: To be set by the backend, where it can: the cached prompt that is alike for longest.
    """

    prompt: list[int]
    sampling: SamplingParams
    generation_prompt: str = ""
    matcher: Matcher | None = None
    budget: Budget | None = None
    identity: list[int] | None = None
    media: Any = None
    cached: int = 0
    nearest: Nearest | None = None

    def key(self, tokens: list[int]) -> list[int]:
        """What a cache is known by that holds these tokens, of the prompt and of what follows it."""
        if self.identity is None:
            return tokens
        return [*self.identity[: len(tokens)], *tokens[len(self.identity) :]]
