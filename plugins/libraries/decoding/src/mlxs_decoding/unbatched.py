"""What engines share that decode each answer by itself, in turn with the others."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Literal

import mlx.core as mx

from mlxs.text import Job, Token

from .prompt_cache import PromptCache
from .sampling import processors, remembering, report, sampler
from .tokenizer import Tokenizer

Steps = Generator[tuple[Any, ...], None, None]
"""A loop of mlx-lm: each token with the log probabilities that it was chosen from, and more."""


class Unbatched:
    """One KV cache per answer.

    Args:
        prompts: Caches of earlier conversations.
        tokenizer: Which knows how answers end.
    """

    def __init__(self, prompts: PromptCache, tokenizer: Tokenizer) -> None:
        self._prompts = prompts
        self._tokenizer = tokenizer

    def advance(self) -> None:
        """Nothing is shared."""

    def close(self) -> None:
        """Put the prompt caches away."""
        self._prompts.close()

    def settings(self, job: Job) -> dict[str, Any]:
        """What a loop of mlx-lm is told of an answer, which goes on from the prompt's last token."""
        return {
            "stream": mx.default_stream(mx.default_device()),
            "max_tokens": job.sampling.max_tokens,
            "sampler": sampler(job.sampling, self._tokenizer.spared),
            "logits_processors": remembering(processors(job), job.prompt[:-1]),
        }

    def said(self, job: Job, steps: Steps, held: list[int]) -> Iterator[Token]:
        """The answer, token by token.

        Args:
            held: The tokens that the cache holds; grows with the answer.
        """
        for left, (id, logprobs, *_) in zip(reversed(range(job.sampling.max_tokens or 0)), steps, strict=False):
            held.append(id)
            if id in self._tokenizer.ends:
                yield Token(id, finish="stop")
                return
            yield _token(job, id, logprobs, last=not left)


def _token(job: Job, id: int, logprobs: mx.array, *, last: bool) -> Token:
    finish: Literal["length"] | None = "length" if last else None
    if not job.sampling.logprobs:
        return Token(id, finish=finish)
    ((logprob, top),) = report(logprobs[None], [id], job.sampling.top_logprobs)
    return Token(id, logprob, top, finish)
