"""The engine that decodes all answers together, on mlx-lm's `BatchGenerator`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mlx.core as mx
from mlx_lm.generate import BatchGenerator, GenerationBatch, PromptProcessingBatch
from mlx_lm.models.cache import make_prompt_cache

from mlxs.batching import Batch
from mlxs.text import Job, Token

from .options import DecodingOptions
from .prompt_cache import Cache, PromptCache, boundary, trims
from .sampling import Report, processors, report, sampler
from .tokenizer import Tokenizer

Said = GenerationBatch.Response
Read = PromptProcessingBatch.Response


def batches(model: Any) -> bool:
    """Whether a model's KV cache can be shared by several answers."""
    return all(hasattr(layer, "merge") for layer in make_prompt_cache(model))


class Batched(Batch):
    """Continuous batching.

    Args:
        model: What mlx-lm loaded.
        options: Which say how many join.
        prompts: Caches of earlier conversations.
        tokenizer: Which knows how answers end.
    """

    def __init__(self, model: Any, options: DecodingOptions, prompts: PromptCache, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._model = model
        self._options = options
        self._prompts = prompts
        self._tokenizer = tokenizer
        self._trims = trims(make_prompt_cache(model))
        self._jobs: dict[int, Job] = {}
        self._heads: dict[int, int] = {}
        self._batch = self._fresh()

    def _fresh(self) -> BatchGenerator:
        return BatchGenerator(
            self._model,
            stop_tokens=[[id] for id in self._tokenizer.ends],
            completion_batch_size=self._options.decode_concurrency,
            prefill_batch_size=min(self._options.prompt_concurrency, self._options.decode_concurrency),
            prefill_step_size=self._options.prefill_step_size,
        )

    def insert(self, job: Job) -> int:
        job.nearest = self._prompts.nearest(job.key(job.prompt))
        cache, job.cached = self._prompts.fetch(job.key(job.prompt))
        return self.join(job, cache, job.cached)

    def join(self, job: Job, cache: Cache | None, held: int) -> int:
        """Let a job join the batch, which a cache has the beginning of. Returns the number it goes by.

        Args:
            cache: None for an empty one.
            held: Tokens of the prompt in it.
        """
        rest = job.prompt[held:]
        head = 0 if self._trims or not self._prompts else max(0, boundary(job) - held)
        (id,) = self._batch.insert_segments(
            [[rest[:head], rest[head:]]],
            max_tokens=[job.sampling.max_tokens],  # type: ignore[list-item]
            caches=[cache],  # type: ignore[list-item]
            all_tokens=[job.prompt[:held]],
            samplers=[sampler(job.sampling, self._tokenizer.spared)],
            logits_processors=[processors(job)],
        )
        self._jobs[id] = job
        if head:
            self._heads[id] = head
        return int(id)

    def step(self) -> Iterable[tuple[int, Token]]:
        try:
            read, said = self._batch.next()
        except Exception:  # of a batch that failed halfway nothing is certain
            self._batch.close()
            self._batch = self._fresh()
            raise
        self._keep_heads(read)
        reports = self._report(said)
        for answer in said:
            finish = answer.finish_reason
            if finish:
                self._prompts.store(self._jobs.pop(answer.uid).key(answer.all_tokens), answer.prompt_cache)
            logprob, top = reports.get(answer.uid, (None, ()))
            yield answer.uid, Token(answer.token, logprob, top, finish)

    def remove(self, id: int) -> None:
        job = self._jobs.pop(id)
        self._heads.pop(id, None)
        left = self._batch.remove([id], return_prompt_caches=bool(self._prompts))
        for cache, tokens in left.values():
            if len(tokens) > job.cached:
                self._prompts.store(job.key(tokens), cache)

    def close(self) -> None:
        """Put the prompt caches away."""
        self._prompts.close()
        self._batch.close()

    def _keep_heads(self, read: Iterable[Read]) -> None:
        ended = [part.uid for part in read if self._heads.get(part.uid) == part.progress[0]]
        for id, (cache, tokens) in self._batch.extract_cache(ended).items():
            del self._heads[id]
            self._prompts.store(self._jobs[id].key(tokens), cache)

    def _report(self, said: Iterable[Said]) -> dict[int, Report]:
        asked = [answer for answer in said if self._jobs[answer.uid].sampling.logprobs]
        if not asked:
            return {}
        most = max(self._jobs[answer.uid].sampling.top_logprobs for answer in asked)
        reports = report(mx.stack([answer.logprobs for answer in asked]), [answer.token for answer in asked], most)
        return {
            answer.uid: (logprob, top[: self._jobs[answer.uid].sampling.top_logprobs])
            for answer, (logprob, top) in zip(asked, reports, strict=True)
        }
