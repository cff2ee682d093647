"""The `lm` backend: a language model, as mlx-lm runs it."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlx.core as mx

from mlxs.backends import ModelInfo, Progress
from mlxs.errors import MlxsError
from mlxs.hub import find
from mlxs.tasks.embedding import EmbeddingModel, EmbeddingRequest, Vector
from mlxs.text import Decoder, Job, TextBackend, Token
from mlxs_decoding.batched import Batched, batches
from mlxs_decoding.checkpoint import Checkpoint
from mlxs_decoding.embedding import Embedder, Inputs, begun
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.shelf import Shelf, fingerprint
from mlxs_decoding.states import States
from mlxs_decoding.tokenizer import Tokenizer

from .loading import load
from .options import TextOptions
from .sequential import Sequential


class LanguageModel(TextBackend[TextOptions], EmbeddingModel):
    """One language model. Its answers are decoded together wherever mlx-lm can."""

    _tokenizer: Tokenizer
    _engine: Batched | Sequential | None = None
    _embedder: Embedder

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        checkpoint = load(find(options.model_path, progress), options, progress)
        draft = self._draft(checkpoint, progress)
        self._tokenizer = checkpoint.tokenizer
        self.beginning = checkpoint.tokenizer.beginning
        self.defaults = checkpoint.defaults
        self.vocabulary_size = checkpoint.config.get("vocab_size") or len(checkpoint.tokenizer.vocabulary)
        self.context_length = checkpoint.context_length(self.options.context_length)
        # A draft's guesses are taken back, and neither a grammar's matcher nor a budget can follow that.
        self.steerable = draft is None
        self.vocabulary = None if draft else checkpoint.tokenizer.grammatical(self.vocabulary_size)
        self._engine = self._decode(checkpoint, draft)
        self._embedder = Embedder(
            checkpoint.model,
            States(checkpoint.model),
            lambda text: begun(self.encode(text), self.beginning),
            limit=self.context_length,
            vocabulary_size=self.vocabulary_size,
            options=options,
        )
        return ModelInfo(
            context_length=self.context_length,
            chat_template=checkpoint.tokenizer.chat_template,
            response_template=checkpoint.response_template,
            probes=self.probes() if checkpoint.tokenizer.chat_template else {},
            concurrency=options.concurrency or options.decode_concurrency,
            details={**checkpoint.details, "engine": type(self._engine).__name__.lower()},
        )

    def _draft(self, checkpoint: Checkpoint, progress: Progress) -> Checkpoint | None:
        if not self.options.draft_model_path:
            return None
        options = self.options.model_copy(update={"adapter_path": None, "chat_template_file": None})
        draft = load(find(self.options.draft_model_path, progress), options, progress)
        if draft.tokenizer.vocabulary != checkpoint.tokenizer.vocabulary:
            raise MlxsError(
                "--draft-model-path: the draft model has another vocabulary; take a smaller model of the same family"
            )
        return draft

    def _decode(self, checkpoint: Checkpoint, draft: Checkpoint | None) -> Batched | Sequential:
        tokenizer = checkpoint.tokenizer
        spared = (*tokenizer.ends, *tokenizer.encode("\n"))
        prompts = self._prompts([model.directory for model in (checkpoint, draft) if model])
        if draft or self.options.kv_bits or not batches(checkpoint.model):
            drafting = draft.model if draft else None
            return Sequential(checkpoint.model, drafting, self.options, prompts, tokenizer.ends, spared)
        return Batched(checkpoint.model, self.options, prompts, tokenizer.ends, spared)

    def _prompts(self, directories: list[Path]) -> PromptCache:
        options, shelf = self.options, None
        if options.prompt_cache_dir and options.prompt_cache_size:
            if options.adapter_path:
                directories.append(options.adapter_path.expanduser())
            quantised = (options.kv_bits, options.kv_group_size, options.quantized_kv_start)
            shelf = Shelf(options.prompt_cache_dir, fingerprint(directories, version("mlx-lm"), *quantised))
        return PromptCache(options.prompt_cache_size, options.max_bytes, shelf)

    def encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text)

    def decoder(self) -> Decoder:
        return self._tokenizer.decoder()

    def token_text(self, token: int) -> tuple[str, bytes]:
        return self._tokenizer.token_text(token)

    def render(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None, variables: Mapping[str, Any]
    ) -> str:
        return self._tokenizer.render(messages, tools, variables)

    def advance(self) -> None:
        if self._engine:
            self._engine.advance()
            self._embedder.advance()

    def generate(self, job: Job) -> Iterator[Token | None]:
        assert self._engine, "the model is not loaded"
        return self._engine.generate(job)

    def prepare(self, request: Any) -> Any:
        return self._embedder.prepare(request) if isinstance(request, EmbeddingRequest) else super().prepare(request)

    def embed(self, request: Inputs) -> Iterator[Vector | None]:
        return self._embedder.embed(request)

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine:
            engine.close()
        del engine
        mx.clear_streams()  # or the process may abort as it exits
