"""The base of backends whose answers are decoded here, whoever built the network."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import mlx.core as mx

from mlxs.backends import ModelInfo, Progress
from mlxs.errors import MlxsError
from mlxs.hub import find
from mlxs.tasks.embedding import EmbeddingModel, EmbeddingRequest, Vector
from mlxs.text import Decoder, Job, TextBackend, Token

from .checkpoint import Checkpoint
from .embedding import Embedder, Inputs
from .options import DecodingOptions
from .tokenizer import Tokenizer

OptionsT = TypeVar("OptionsT", bound=DecodingOptions)
CheckpointT = TypeVar("CheckpointT", bound=Checkpoint)


class Engine(Protocol):
    """Decodes answers."""

    def advance(self) -> None:
        """Do what all answers share, once a step."""

    def generate(self, job: Job) -> Iterator[Token | None]:
        """The answer, token by token; None while there is nothing."""

    def close(self) -> None:
        """Let go of what is shared."""


class DecodedModel(TextBackend[OptionsT], EmbeddingModel, Generic[OptionsT, CheckpointT]):
    """A model that talks, and makes vectors of what it reads. How it is loaded and decoded, its author says."""

    _tokenizer: Tokenizer
    _engine: Engine | None = None
    _embedder: Embedder

    @abstractmethod
    def open(self, directory: Path, progress: Progress) -> CheckpointT:
        """Load a checkpoint. Raises MlxsError that says what is wrong with it."""

    @abstractmethod
    def build(self, checkpoint: CheckpointT, progress: Progress) -> tuple[Engine, Embedder]:
        """What decodes answers and what makes vectors, once the base knows its tokenizer and its limits."""

    def details(self) -> Mapping[str, Any]:
        """What else a person may want to know of the model."""
        return {}

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        checkpoint = self.open(find(options.model_path, progress), progress)
        self._tokenizer = tokenizer = checkpoint.tokenizer
        self.beginning = tokenizer.beginning
        self.defaults = checkpoint.defaults
        self.vocabulary_size = checkpoint.config.get("vocab_size") or len(tokenizer.vocabulary)
        self.context_length = checkpoint.context_length(options.context_length)
        self.vocabulary = tokenizer.grammatical(self.vocabulary_size)
        self._engine, self._embedder = self.build(checkpoint, progress)
        return ModelInfo(
            context_length=self.context_length,
            chat_template=tokenizer.chat_template,
            response_template=checkpoint.response_template,
            probes=self.probes() if tokenizer.chat_template else {},
            concurrency=options.concurrency or options.decode_concurrency,
            details={**checkpoint.details, **self.details(), "engine": type(self._engine).__name__.lower()},
        )

    def encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text)

    def encode_whole(self, text: str) -> list[int]:
        """Token ids of a text, the ones it begins with included."""
        return self._begun(self.encode(text))

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
