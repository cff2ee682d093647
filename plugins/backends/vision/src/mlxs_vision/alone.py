"""The engine that decodes each answer by itself, in turn with the others: for networks that cannot batch rightly."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal

import mlx.core as mx
from mlx_lm.generate import generate_step

from mlxs.text import Job, Token
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.sampling import processors, remembering, report, sampler

from .language import Language
from .reader import Reader
from .sight import Sight


class Alone:
    """One KV cache per answer.

    Args:
        language: The part of the network that speaks.
        reader: Of prompts.
        prompts: Caches of earlier conversations.
        ends: Ids that end an answer.
        spared: Ids that XTC leaves alone.
    """

    def __init__(
        self,
        language: Language,
        reader: Reader,
        prompts: PromptCache,
        ends: Collection[int],
        spared: Collection[int],
    ) -> None:
        self._language = language
        self._reader = reader
        self._prompts = prompts
        self._ends = frozenset(ends)
        self._spared = spared

    def advance(self) -> None:
        """Nothing is shared."""

    def generate(self, job: Job) -> Iterator[Token | None]:
        """The answer, token by token; None after each part of the prompt."""
        if job.media is None:
            job.media = Sight({"input_ids": mx.array([job.prompt])})
        yield from self._reader.read(job)
        yield from self.decode(job)

    def decode(self, job: Job) -> Iterator[Token]:
        """The answer to a prompt that has been read."""
        sight: Sight = job.media
        held = [*job.prompt]
        steps = self._steps(job, sight)
        try:
            for left, (id, logprobs) in zip(reversed(range(job.sampling.max_tokens or 0)), steps, strict=False):
                held.append(id)
                if id in self._ends:
                    yield Token(id, finish="stop")
                    return
                yield self._token(job, id, logprobs, last=not left)
        except Exception:
            held = []
            raise
        finally:
            steps.close()
            if held and sight.splits and not sight.carried:
                self._prompts.store(job.key(held), sight.cache)

    def close(self) -> None:
        """Put the prompt caches away."""
        self._prompts.close()

    def _steps(self, job: Job, sight: Sight) -> Any:
        return generate_step(
            mx.array(job.prompt[-1:]),
            Language(self._language.network, sight.carried),  # type: ignore[arg-type]
            prompt_cache=sight.cache,
            max_tokens=job.sampling.max_tokens or 0,
            sampler=sampler(job.sampling, self._spared),
            logits_processors=remembering(processors(job), job.prompt[:-1]),
            stream=mx.default_stream(mx.default_device()),
        )

    def _token(self, job: Job, id: int, logprobs: mx.array, *, last: bool) -> Token:
        finish: Literal["length"] | None = "length" if last else None
        if not job.sampling.logprobs:
            return Token(id, finish=finish)
        ((logprob, top),) = report(logprobs[None], [id], job.sampling.top_logprobs)
        return Token(id, logprob, top, finish)
