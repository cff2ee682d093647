"""The `multimodal` backend: a model that sees and hears, as mlx-vlm builds it and mlx-lm decodes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlxs.backends import Progress
from mlxs.errors import BadRequest
from mlxs.requests import ChatRequest, ImagePart, Message
from mlxs.text import Prompt
from mlxs_decoding.model import DecodedModel
from mlxs_decoding.prompt_cache import PromptCache

from . import marks, trial
from .alone import Alone
from .conversation import Conversation
from .embedding import Embedder
from .eyes import Eyes
from .features import Gallery
from .language import Language
from .loading import Multimodal, load
from .media import media, parts, parts_of
from .network import Network
from .options import VisionOptions
from .reader import Reader
from .together import Together

PICTURE = Message(role="user", content=(ImagePart(url=""),))
"""A conversation that shows nothing but one picture."""


class MultimodalModel(DecodedModel[VisionOptions, Multimodal]):
    """One multimodal model. Its answers are decoded together wherever that gives what they give alone."""

    _conversation: Conversation
    _eyes: Eyes

    def open(self, directory: Path, progress: Progress) -> Multimodal:
        return load(directory, self.options, progress)

    def build(self, checkpoint: Multimodal, progress: Progress) -> tuple[Together | Alone, Embedder]:
        tokenizer, options = checkpoint.tokenizer, self.options
        gallery = Gallery(options.feature_cache_size)
        self._eyes = Eyes(checkpoint.processor, checkpoint.model.config, gallery)
        self._conversation = Conversation(self._turn, checkpoint.config["model_type"], self._eyes.takes)
        self._eyes.single = self._single()
        language = Language(checkpoint.model.language_model)
        prompts = PromptCache(options.prompt_cache_size, options.max_bytes)
        network = Network(checkpoint.model, self._eyes.placeholder)
        reader = Reader(network, language, prompts, gallery, options.prefill_step_size)
        together = trial.decodes(language)
        embedder = Embedder(
            language,
            reader,
            self.encode_whole,
            self._show,
            limit=self.context_length,
            vocabulary_size=self.vocabulary_size or 0,
            options=options,
            together=together,
        )
        if not together:
            return Alone(language, reader, prompts, tokenizer), embedder
        return Together(language, reader, options, prompts, tokenizer), embedder

    def details(self) -> Mapping[str, Any]:
        return {"takes": ["text", *(kind for kind, taken in self._eyes.takes.items() if taken)]}

    def _turn(self, messages: Sequence[dict[str, Any]]) -> str:
        return self.render(messages, None, {"add_generation_prompt": True})

    def _single(self) -> str | None:
        try:
            return self._turn(self._conversation.turn([PICTURE]))
        except BadRequest:
            return None

    def conversation(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        return self._conversation.turn(messages)

    def read(self, text: str, request: ChatRequest) -> Prompt:
        if not any(parts(request.messages)):
            return super().read(text, request)
        for number, message in enumerate(request.messages):
            marks.check(self._eyes.marks, message, f"messages.{number}")
        marks.check(self._eyes.marks, request.tools, "tools")
        marks.check(self._eyes.marks, request.template, "chat_template_kwargs")
        return self._eyes.read(text, media(parts(request.messages), rate=self._eyes.rate, options=self.options))

    def _show(self, shown: Message, param: str) -> Prompt:
        """A user's turn, without the beginning of an answer."""
        turn = self._conversation.message(shown, param)
        text = self.render([turn], None, {"add_generation_prompt": False})
        marks.check(self._eyes.marks, shown, param)
        seen = media(parts_of(shown, param), rate=self._eyes.rate, options=self.options)
        return self._eyes.read(text, seen, param)
