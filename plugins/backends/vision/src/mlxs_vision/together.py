"""The engine that decodes all answers together, whatever their prompts show."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.text import Job, Token
from mlxs_decoding.batched import Batched
from mlxs_decoding.prompt_cache import Cache, PromptCache
from mlxs_decoding.tokenizer import Tokenizer

from . import trial
from .alone import Alone
from .language import Language
from .options import VisionOptions
from .reader import Reader
from .shift import Shift
from .sight import Sight


class Together(Batched):
    """Continuous batching. Prompts of text alone are read in the batch, too, where the network can.

    Args:
        language: The part of the network that speaks.
        reader: Of prompts that show something.
        options: Which say how many join.
        prompts, tokenizer: See `Batched`.
    """

    def __init__(
        self,
        language: Language,
        reader: Reader,
        options: VisionOptions,
        prompts: PromptCache,
        tokenizer: Tokenizer,
    ) -> None:
        super().__init__(language, options, prompts, tokenizer)
        self._reader = reader
        self._alone = Alone(language, reader, prompts, tokenizer)
        self._reads = trial.reads(language)

    def generate(self, job: Job) -> Iterator[Token | None]:
        if not self._reads:
            job.media = job.media or Sight.of(job.prompt)
        if job.media is not None:
            yield from self._reader.read(job)
            if job.media.carried:
                yield from self._alone.decode(job)
                return
        yield from super().generate(job)

    def insert(self, job: Job) -> int:
        if job.media is None:
            return super().insert(job)
        return self.join(job, job.media.cache, len(job.prompt) - 1)

    def join(self, job: Job, cache: Cache | None, held: int) -> int:
        if cache is not None and job.media is None:  # it may go on from a conversation that showed something later
            cache = [*cache[:-1], Shift()]
        return super().join(job, cache, held)
