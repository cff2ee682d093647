"""The engine that decodes each answer by itself, in turn with the others: for networks that cannot batch rightly."""

from __future__ import annotations

from collections.abc import Iterator

import mlx.core as mx
from mlx_lm.generate import generate_step

from mlxs.text import Job, Token
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.tokenizer import Tokenizer
from mlxs_decoding.unbatched import Steps, Unbatched

from .language import Language
from .reader import Reader
from .sight import Sight


class Alone(Unbatched):
    """One KV cache per answer.

    Args:
        language: The part of the network that speaks.
        reader: Of prompts.
        prompts, tokenizer: See `Unbatched`.
    """

    def __init__(self, language: Language, reader: Reader, prompts: PromptCache, tokenizer: Tokenizer) -> None:
        super().__init__(prompts, tokenizer)
        self._language = language
        self._reader = reader

    def generate(self, job: Job) -> Iterator[Token | None]:
        """The answer, token by token; None after each part of the prompt."""
        job.media = job.media or Sight.of(job.prompt)
        yield from self._reader.read(job)
        yield from self.decode(job)

    def decode(self, job: Job) -> Iterator[Token]:
        """The answer to a prompt that has been read."""
        sight: Sight = job.media
        held, steps = [*job.prompt], self._steps(job, sight)
        try:
            yield from self.said(job, steps, held)
        except Exception:
            held = []
            raise
        finally:
            steps.close()
            if held and sight.splits and not sight.carried:
                self._prompts.store(job.key(held), sight.cache)

    def _steps(self, job: Job, sight: Sight) -> Steps:
        language = Language(self._language.network, sight.carried)
        last = mx.array(job.prompt[-1:])
        return generate_step(last, language, prompt_cache=sight.cache, **self.settings(job))  # type: ignore[arg-type]
