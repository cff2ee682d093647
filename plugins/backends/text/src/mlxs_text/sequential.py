"""The engine that decodes each answer by itself, in turn with the others.

For what mlx-lm cannot do in a batch: a quantised KV cache, a draft model, and kinds of cache that
cannot be merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import mlx.core as mx
from mlx_lm.generate import generate_step, maybe_quantize_kv_cache, speculative_generate_step
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.utils import maybe_set_recommended_wired_limit

from mlxs.errors import MlxsError
from mlxs.text import Job, Token
from mlxs_decoding.prompt_cache import Cache, PromptCache, boundary, trims
from mlxs_decoding.tokenizer import Tokenizer
from mlxs_decoding.unbatched import Steps, Unbatched

from .options import TextOptions


class Sequential(Unbatched):
    """One KV cache per answer, and per model.

    Args:
        model: What mlx-lm loaded.
        draft: A smaller model with the same vocabulary, or None.
        options: Which say how the cache is quantised, and how much is drafted.
        prompts: Caches of earlier conversations.
        tokenizer: Which knows how answers end.

    Raises MlxsError where the models cannot do what the options ask.
    """

    def __init__(
        self,
        model: Any,
        draft: Any | None,
        options: TextOptions,
        prompts: PromptCache,
        tokenizer: Tokenizer,
    ) -> None:
        super().__init__(prompts, tokenizer)
        self._models = [model] if draft is None else [model, draft]
        self._trims = trims(make_prompt_cache(model))
        self._options = options
        self._quantised: dict[str, Any] = {
            "quantized_kv_start": options.quantized_kv_start,
            "kv_group_size": options.kv_group_size,
            "kv_bits": options.kv_bits,
        }
        if draft is not None:
            self._check_draft()
        if options.kv_bits:
            self._check_quantised()
        maybe_set_recommended_wired_limit()

    def generate(self, job: Job) -> Iterator[Token | None]:
        """The answer, token by token; None after each part of the prompt."""
        job.nearest = self._prompts.nearest(job.prompt)
        found, job.cached = self._prompts.fetch(job.prompt)
        caches = self._split(found) if found else [make_prompt_cache(model) for model in self._models]
        held = job.prompt[: job.cached]
        steps: Steps | None = None
        try:
            for part in self._parts(job):
                self._read(part, caches)
                held += part
                if len(held) == boundary(job) and not self._trims:
                    self._prompts.store(held, deepcopy(caches[0]))
                yield None
            held += job.prompt[-1:]
            steps = self._steps(job, caches)
            yield from self.said(job, steps, held)
        except Exception:
            held = []
            raise
        finally:
            if steps is not None:
                steps.close()  # takes back the guesses that were not confirmed
            self._keep(held, job, caches)

    def _parts(self, job: Job) -> Iterator[list[int]]:
        """What is to be read of a prompt but its last token, piece by piece."""
        at, end = job.cached, len(job.prompt) - 1
        while at < end:
            until = min(at + self._options.prefill_step_size, end)
            if at < boundary(job) < until:
                until = boundary(job)
            yield job.prompt[at:until]
            at = until

    def _read(self, part: list[int], caches: list[Cache]) -> None:
        for model, cache in zip(self._models, caches, strict=True):
            model(mx.array(part)[None], cache=cache)
            maybe_quantize_kv_cache(cache, **self._quantised)
            mx.eval([layer.state for layer in cache])
        mx.clear_cache()

    def _steps(self, job: Job, caches: list[Cache]) -> Steps:
        settings = {**self.settings(job), **self._quantised}
        last = mx.array(job.prompt[-1:])
        if len(self._models) == 1:
            return generate_step(last, *self._models, prompt_cache=caches[0], **settings)
        settings["num_draft_tokens"] = self._options.num_draft_tokens
        return speculative_generate_step(last, *self._models, prompt_cache=caches[0] + caches[1], **settings)

    def _keep(self, held: list[int], job: Job, caches: list[Cache]) -> None:
        if len(caches) > 1:
            length = min(layer.offset for cache in caches for layer in cache)
            for layer in (layer for cache in caches for layer in cache):
                layer.trim(layer.offset - length)
            held = held[:length]
        if len(held) > job.cached:
            self._prompts.store(held, [layer for cache in caches for layer in cache])

    def _split(self, cache: Cache) -> list[Cache]:
        own = len(make_prompt_cache(self._models[0]))
        return [cache[:own], cache[own:]][: len(self._models)]

    def _check_draft(self) -> None:
        for name, model in zip(("model", "draft model"), self._models, strict=True):
            cache = make_prompt_cache(model)
            if len(cache) != len(model.layers) or not trims(cache):
                kinds = ", ".join(sorted({type(layer).__name__ for layer in cache}))
                raise MlxsError(
                    f"--draft-model-path: the {name} cannot take back a wrong guess, because of how it remembers "
                    f"({kinds}); serve without a draft model"
                )

    def _check_quantised(self) -> None:
        """Try it: which models can, and with which groups, only shows when they do."""
        for model in self._models:
            cache = make_prompt_cache(model)
            if not any(hasattr(layer, "to_quantized") for layer in cache):
                raise MlxsError("--kv-bits: this model has no KV cache that could be quantised; leave the option out")
            try:
                for _ in range(2):
                    logits = model(mx.array([[0, 0]]), cache=cache)
                    maybe_quantize_kv_cache(cache, 0, self._options.kv_group_size, self._options.kv_bits)
                    mx.eval(logits)
            except (NotImplementedError, ValueError, RuntimeError, TypeError, AttributeError) as error:
                said = f"--kv-bits {self._options.kv_bits} with --kv-group-size {self._options.kv_group_size}"
                raise MlxsError(f"{said}: this model's KV cache cannot be quantised so: {error}") from error
