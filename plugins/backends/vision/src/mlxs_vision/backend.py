"""The `multimodal` backend: a model that sees and hears, as mlx-vlm builds it and mlx-lm decodes it."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import mlx.core as mx

from mlxs.backends import ModelInfo, Progress
from mlxs.errors import BadRequest, MlxsError
from mlxs.hub import find
from mlxs.requests import ImagePart, Message
from mlxs.tasks.embedding import EmbeddingModel, EmbeddingRequest, Vector
from mlxs.text import Decoder, Job, Prompt, TextBackend, Token
from mlxs_decoding.embedding import Inputs, begun
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.tokenizer import Tokenizer

from .alone import Alone
from .conversation import Conversation
from .embedding import Embedder
from .eyes import Eyes
from .features import Gallery
from .language import Language, batches
from .loading import Multimodal, load
from .media import media, parts, parts_of
from .network import Network
from .options import VisionOptions
from .reader import Reader
from .together import Together

PICTURE = Message(role="user", content=(ImagePart(url=""),))
"""A conversation that shows nothing but one picture."""


class MultimodalModel(TextBackend[VisionOptions], EmbeddingModel):
    """One multimodal model. Its answers are decoded together wherever that gives what they give alone."""

    _tokenizer: Tokenizer
    _conversation: Conversation
    _eyes: Eyes
    _marks: set[str]
    _engine: Together | Alone | None = None
    _embedder: Embedder

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        checkpoint = load(find(options.model_path, progress), options, progress)
        self._tokenizer = checkpoint.tokenizer
        self.beginning = checkpoint.tokenizer.beginning
        self.defaults = checkpoint.defaults
        self.vocabulary_size = checkpoint.config.get("vocab_size") or len(checkpoint.tokenizer.vocabulary)
        self.context_length = checkpoint.context_length(options.context_length)
        self.vocabulary = checkpoint.tokenizer.grammatical(self.vocabulary_size)
        gallery = Gallery(options.feature_cache_size)
        self._eyes = Eyes(checkpoint.processor, checkpoint.model.config, gallery)
        self._conversation = Conversation(self._turn, checkpoint.config["model_type"], self._eyes.takes)
        self._eyes.single = self._single()
        self._marks = self._eyes.marks
        self._engine = self._decode(checkpoint, gallery)
        return ModelInfo(
            context_length=self.context_length,
            chat_template=checkpoint.tokenizer.chat_template,
            response_template=checkpoint.response_template,
            probes=self.probes() if checkpoint.tokenizer.chat_template else {},
            concurrency=options.concurrency or options.decode_concurrency,
            details={
                **checkpoint.details,
                "takes": ["text", *(kind for kind, taken in self._eyes.takes.items() if taken)],
                "engine": type(self._engine).__name__.lower(),
            },
        )

    def _decode(self, checkpoint: Multimodal, gallery: Gallery) -> Together | Alone:
        tokenizer, options = checkpoint.tokenizer, self.options
        language = Language(checkpoint.model.language_model)
        prompts = PromptCache(options.prompt_cache_size, options.max_bytes)
        network = Network(checkpoint.model, self._eyes.placeholder)
        reader = Reader(network, language, prompts, gallery, options.prefill_step_size)
        spared = (*tokenizer.ends, *tokenizer.encode("\n"))
        together = batches(language)
        self._embedder = Embedder(
            language,
            reader,
            lambda text: begun(self.encode(text), self.beginning),
            self._show,
            limit=self.context_length,
            vocabulary_size=self.vocabulary_size or 0,
            options=options,
            together=together,
        )
        if not together:
            return Alone(language, reader, prompts, tokenizer.ends, spared)
        return Together(language, reader, options, prompts, tokenizer.ends, spared)

    def _turn(self, messages: Sequence[dict[str, Any]]) -> str:
        return self.render(messages, None, {"add_generation_prompt": True})

    def _single(self) -> str | None:
        try:
            return self._turn(self._conversation.turn([PICTURE]))
        except BadRequest:
            return None

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

    def conversation(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        return self._conversation.turn(messages)

    def read(self, text: str, messages: Sequence[Message]) -> Prompt:
        if not any(parts(messages)):
            return super().read(text, messages)
        for number, message in enumerate(messages):
            self._check_marks(message, f"messages.{number}.content")
        return self._eyes.read(text, media(parts(messages), rate=self._eyes.rate, options=self.options))

    def _show(self, shown: Message, param: str) -> Prompt:
        """A user's turn, without the beginning of an answer."""
        turn = self._conversation.message(shown, param)
        text = self.render([turn], None, {"add_generation_prompt": False})
        self._check_marks(shown, param)
        seen = media(parts_of(shown, param), rate=self._eyes.rate, options=self.options)
        return self._eyes.read(text, seen, param)

    def _check_marks(self, message: Message, param: str) -> None:
        if mark := next((mark for mark in self._marks if mark in message.text), None):
            raise BadRequest(f"{mark!r} stands for what is shown; leave it out of the text", param=param)

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
