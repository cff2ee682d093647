"""The `lm` backend: a language model, as mlx-lm runs it."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from mlxs.backends import Progress
from mlxs.errors import MlxsError
from mlxs.hub import find
from mlxs_decoding.batched import Batched, batches
from mlxs_decoding.checkpoint import Checkpoint
from mlxs_decoding.embedding import Embedder
from mlxs_decoding.model import DecodedModel
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.shelf import Shelf, fingerprint
from mlxs_decoding.states import States

from .loading import load
from .options import TextOptions
from .sequential import Sequential


class LanguageModel(DecodedModel[TextOptions, Checkpoint]):
    """One language model. Its answers are decoded together wherever mlx-lm can."""

    def open(self, directory: Path, progress: Progress) -> Checkpoint:
        return load(directory, self.options, progress)

    def build(self, checkpoint: Checkpoint, progress: Progress) -> tuple[Batched | Sequential, Embedder]:
        draft = self._draft(checkpoint, progress)
        if draft:  # its guesses are taken back, and neither a grammar's matcher nor a budget can follow that
            self.steerable, self.vocabulary = False, None
        embedder = Embedder(
            checkpoint.model,
            States(checkpoint.model),
            self.encode_whole,
            limit=self.context_length,
            vocabulary_size=self.vocabulary_size or 0,
            options=self.options,
        )
        return self._decode(checkpoint, draft), embedder

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
        prompts = self._prompts([model.directory for model in (checkpoint, draft) if model])
        if draft or self.options.kv_bits or not batches(checkpoint.model):
            drafting = draft.model if draft else None
            return Sequential(checkpoint.model, drafting, self.options, prompts, checkpoint.tokenizer)
        return Batched(checkpoint.model, self.options, prompts, checkpoint.tokenizer)

    def _prompts(self, directories: list[Path]) -> PromptCache:
        options, shelf = self.options, None
        if options.prompt_cache_dir and options.prompt_cache_size:
            if options.adapter_path:
                directories.append(options.adapter_path.expanduser())
            quantised = (options.kv_bits, options.kv_group_size, options.quantized_kv_start)
            shelf = Shelf(options.prompt_cache_dir, fingerprint(directories, version("mlx-lm"), *quantised))
        return PromptCache(options.prompt_cache_size, options.max_bytes, shelf)
