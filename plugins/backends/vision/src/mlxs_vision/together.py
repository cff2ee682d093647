"""The engine that decodes all answers together, whatever their prompts show."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mlxs.text import Job, Token
from mlxs_decoding.batched import Batched
from mlxs_decoding.prompt_cache import Cache, PromptCache

from .alone import Alone
from .language import Language
from .options import VisionOptions
from .reader import Reader
from .shift import Shift


class Together(Batched):
    """Continuous batching. Prompts of text alone are read in the batch, too.

    Args:
        language: The part of the network that speaks.
        reader: Of prompts that show something.
        options: Which say how many join.
        prompts: Caches of earlier conversations.
        ends: Ids that end an answer.
        spared: Ids that XTC leaves alone.
    """

    def __init__(
        self,
        language: Language,
        reader: Reader,
        options: VisionOptions,
        prompts: PromptCache,
        ends: Collection[int],
        spared: Collection[int],
    ) -> None:
        super().__init__(language, options, prompts, ends, spared)
        self._reader = reader
        self._alone = Alone(language, reader, prompts, ends, spared)

    def generate(self, job: Job) -> Iterator[Token | None]:
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
