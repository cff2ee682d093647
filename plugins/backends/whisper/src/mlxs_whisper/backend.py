"""The `whisper` backend: speech to text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_whisper.audio import SAMPLE_RATE
from mlx_whisper.tokenizer import LANGUAGES, TO_LANGUAGE_CODE
from mlx_whisper.whisper import Whisper as Network

from mlxs.backends import Backend, ModelInfo, Progress
from mlxs.errors import BadRequest, MlxsError
from mlxs.hub import find
from mlxs.sound import samples
from mlxs.tasks.transcription import Heard, Segment, TranscriptionModel, TranscriptionRequest

from .decoding import TEMPERATURES
from .listening import Listener, Recording, tokenizer_of
from .loading import FILES, load
from .options import WhisperOptions
from .words import warm


class Whisper(Backend[WhisperOptions], TranscriptionModel):
    """One model. Recordings take turns, a token each."""

    _network: Network
    _listener: Listener

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        self._network = load(find(options.model_path, progress, files=FILES, weights="*.[sn]*"), progress)
        self._listener = Listener(self._network, remember=options.condition_on_previous_text)
        return ModelInfo(concurrency=options.concurrency or 8, details=self._details())

    def _details(self) -> dict[str, Any]:
        named: Any = tree_flatten(self._network.parameters())
        return {
            "languages": list(self._languages()),
            "bytes": sum(array.nbytes for _, array in named),
        }

    def _languages(self) -> tuple[str, ...]:
        return tuple(LANGUAGES)[: self._network.num_languages] if self._network.is_multilingual else ("en",)

    def prepare(self, request: TranscriptionRequest) -> Recording:
        language = self._language(request.language)
        prompt = (request.prompt or "").strip()
        tokenizer = tokenizer_of(self._network, "en", "transcribe")
        recording = Recording(
            samples=samples(request.audio, rate=SAMPLE_RATE, longest=self.options.max_duration),
            language=language,
            translate=request.translate,
            prompt=tuple(tokenizer.encoding.encode(" " + prompt, disallowed_special=())) if prompt else (),
            temperatures=(request.temperature,) if request.temperature else TEMPERATURES,
            words=request.words,
            logprobs=request.logprobs,
        )
        if request.words:
            warm()
        return recording

    def _language(self, named: str | None) -> str | None:
        if named is None:
            return None
        code = TO_LANGUAGE_CODE.get(named.lower(), named.lower())
        if code not in self._languages():
            raise BadRequest(
                f"this model does not know the language {named!r}; it knows {', '.join(sorted(self._languages()))}",
                param="language",
            )
        return code

    def transcribe(self, request: Recording) -> Iterator[Heard | Segment | None]:
        return self._listener.listen(request)

    def close(self) -> None:
        mx.clear_streams()  # or the process may abort as it exits
