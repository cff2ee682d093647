"""How the next token is chosen from the model's logits, request by request.

mlx-lm's own samplers are not used: they draw from one random state for all requests, so a seed means
nothing in a batch; their compiled functions are compiled anew for each temperature a client sends; and
they sort the whole vocabulary at each token.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from random import Random
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm.sample_utils import greedy_sampler, make_logits_processors

from mlxs.constraint import Matcher
from mlxs.requests import SamplingParams
from mlxs.text import Budget, Job

Sampler = Callable[[mx.array], mx.array]
"""From log probabilities, shape (answers, vocabulary), to token ids, shape (answers,)."""

Processor = Callable[[mx.array, mx.array], mx.array]
"""From an answer's tokens so far, prompt included, shape (tokens,), and its next logits, shape
(1, vocabulary), to other logits."""

COLDEST = 1e-5
"""Below this temperature nothing but the likeliest token comes out, and dividing by it may overflow."""
CONTEXT = 20
"""How many last tokens a penalty looks at, where the request does not say; as in mlx-lm."""
XTC_THRESHOLD = 0.1
IMPOSSIBLE = -9999.0
"""What is said of a token with probability 0, as JSON has no infinity; OpenAI says the same."""


def sampler(params: SamplingParams, spared: Collection[int] = ()) -> Sampler:
    """The sampler of one request.

    Answers that share one sampler are sampled in one call, so requests without a seed share theirs
    where they ask for the same.

    Args:
        params: Every field that has a default is filled in.
        spared: Ids that XTC never takes away, such as the end of the answer.
    """
    temperature = params.temperature or 0.0
    if temperature < COLDEST:
        return greedy_sampler
    if params.seed is None and not params.xtc_probability:
        return _shared(temperature, params.top_k or 0, params.top_p, params.min_p)
    xtc = (params.xtc_probability or 0.0, XTC_THRESHOLD if params.xtc_threshold is None else params.xtc_threshold)
    return Draw(temperature, params.top_k or 0, params.top_p, params.min_p, *xtc, tuple(spared), Random(params.seed))


@lru_cache(maxsize=256)
def _shared(temperature: float, top_k: int, top_p: float | None, min_p: float | None) -> Draw:
    return Draw(temperature, top_k, top_p, min_p)


class Draw:
    """Draws tokens at random.

    Args:
        temperature: What the log probabilities are divided by, once all the rest has been applied.
        top_k: How many of the likeliest tokens stay; 0: all.
        top_p: The likeliest tokens that have this probability together stay.
        min_p: Tokens at least this probable stay, as a share of the likeliest one's probability.
        xtc_probability: How often, of the tokens that are left, all above the threshold but the least
            likely of these go: https://github.com/oobabooga/text-generation-webui/pull/6335.
        xtc_threshold: The probability among the tokens left that makes one "above".
        spared: Ids that never go that way.
        random: Where chance comes from.
    """

    def __init__(
        self,
        temperature: float,
        top_k: int = 0,
        top_p: float | None = None,
        min_p: float | None = None,
        xtc_probability: float = 0.0,
        xtc_threshold: float = XTC_THRESHOLD,
        spared: tuple[int, ...] = (),
        random: Random | None = None,
    ) -> None:
        self._temperature = temperature
        self._top_k = top_k
        self._top_p = 1.0 if top_p is None else top_p
        self._min_p = min_p or 0.0
        self._xtc = (xtc_probability, xtc_threshold)
        self._spared = mx.array(spared, mx.uint32) if spared else None
        self._random = random or Random()
        # With a seed, chance must not depend on an order that the last bit of a probability may change.
        self._ordered = bool(random or self._top_p < 1 or min_p or xtc_probability)

    def __call__(self, logprobs: mx.array) -> mx.array:
        logprobs = logprobs.astype(mx.float32)
        size = logprobs.shape[-1]
        most = self._top_k or size
        if most >= size and not self._ordered:
            return self._draw(logprobs)
        ids = ranked(logprobs, most) if self._ordered else likeliest(logprobs, most)
        likely = mx.take_along_axis(logprobs, ids, axis=-1)
        drawn = self._draw(self._filter(likely, ids) if self._ordered else likely)
        return mx.take_along_axis(ids, drawn[:, None], axis=-1).squeeze(-1)

    def _draw(self, logprobs: mx.array) -> mx.array:
        key = mx.random.key(self._random.getrandbits(64))
        return mx.random.categorical(logprobs / self._temperature, key=key)

    def _filter(self, likely: mx.array, ids: mx.array) -> mx.array:
        """Make impossible what is not to be drawn; the likeliest comes first, and stays but for XTC."""
        if self._min_p or self._top_p < 1:
            likelier = mx.cumsum(mx.exp(likely), axis=-1, inclusive=False)
            stays = (likelier < self._top_p) & (mx.exp(likely - likely[:, :1]) >= self._min_p)
            likely = mx.where(stays | (mx.arange(ids.shape[-1]) == 0), likely, -mx.inf)
        probability, threshold = self._xtc
        if probability and self._random.random() < probability:
            above = mx.softmax(likely, axis=-1) > threshold
            goes = above & (mx.arange(ids.shape[-1]) < above.sum(axis=-1, keepdims=True) - 1)
            if self._spared is not None:
                goes = goes & ~(ids[..., None] == self._spared).any(axis=-1)
            likely = mx.where(goes, -mx.inf, likely)
        return likely


def likeliest(logprobs: mx.array, most: int) -> mx.array:
    """The ids of the likeliest tokens, in no order, shape (answers, most)."""
    return mx.argpartition(-logprobs, kth=most - 1, axis=-1)[:, :most]


def ranked(logprobs: mx.array, most: int) -> mx.array:
    """The ids of the likeliest tokens, likeliest first, shape (answers, min(most, vocabulary))."""
    if most >= logprobs.shape[-1]:
        return mx.argsort(-logprobs, axis=-1)
    ids = likeliest(logprobs, most)
    order = mx.argsort(-mx.take_along_axis(logprobs, ids, axis=-1), axis=-1)
    return mx.take_along_axis(ids, order, axis=-1)


def processors(job: Job) -> list[Processor]:
    """What changes the logits of one request before a token is drawn: penalties, `logit_bias`, a grammar, a budget."""
    params = job.sampling
    settings: dict[str, Any] = {"logit_bias": params.logit_bias or None}
    for name, neutral in ("repetition", 1.0), ("presence", 0.0), ("frequency", 0.0):
        penalty, size = getattr(params, f"{name}_penalty"), getattr(params, f"{name}_context_size")
        if penalty != neutral and (size is None or size > 0):
            settings |= {f"{name}_penalty": penalty, f"{name}_context_size": CONTEXT if size is None else size}
    changed: list[Processor] = make_logits_processors(**settings)
    return [*changed, Kept(job.matcher, job.budget)] if job.matcher or job.budget else changed


class Kept:
    """Keeps an answer to its grammar, and its thought to its budget.

    A token that must come next comes when the grammar lets it, which may not be inside a character.
    """

    def __init__(self, matcher: Matcher | None, budget: Budget | None) -> None:
        self._matcher = matcher
        self._budget = budget
        self._begun = False

    def __call__(self, tokens: mx.array, logits: mx.array) -> mx.array:
        if self._begun:
            said: Any = tokens[-1].item()
            if self._matcher:
                self._matcher.take(said)
            if self._budget:
                self._budget.take(said)
        self._begun = True
        allowed = np.frombuffer(self._matcher.allowed(), np.uint8) if self._matcher else None
        forced = self._budget.forced if self._budget else None
        if forced is not None and (allowed is None or allowed[forced]):
            return mx.where(mx.arange(logits.shape[-1]) == forced, 0.0, -mx.inf).astype(logits.dtype)[None]
        return logits if allowed is None else mx.where(mx.array(allowed) > 0, logits, -mx.inf)


def remembering(processors: Sequence[Processor], before: list[int]) -> list[Processor]:
    """The same processors for an engine that shows them only the tokens that come after `before`."""
    earlier = mx.array(before, mx.uint32)

    def remember(processor: Processor) -> Processor:
        return lambda tokens, logits: processor(mx.concatenate([earlier, tokens]), logits)

    return [remember(processor) for processor in processors]


Report = tuple[float, tuple[tuple[int, float], ...]]
"""A token's log probability, and the likeliest ids with theirs, likeliest first."""


def report(logprobs: mx.array, tokens: list[int], most: int) -> list[Report]:
    """What clients are told of the tokens that were chosen.

    Args:
        logprobs: Shape (answers, vocabulary), of any precision.
        tokens: What was chosen, one per answer.
        most: How many of the likeliest.
    """
    exact = logprobs.astype(mx.float32)
    exact = mx.maximum(exact - mx.logsumexp(exact, axis=-1, keepdims=True), IMPOSSIBLE)
    chosen: Any = mx.take_along_axis(exact, mx.array(tokens)[:, None], axis=-1).squeeze(-1).tolist()
    if not most:
        return [(logprob, ()) for logprob in chosen]
    ids = ranked(exact, most)
    tops: Any = zip(ids.tolist(), mx.take_along_axis(exact, ids, axis=-1).tolist(), strict=True)  # type: ignore[arg-type]
    return [(logprob, tuple(zip(*top, strict=True))) for logprob, top in zip(chosen, tops, strict=True)]
