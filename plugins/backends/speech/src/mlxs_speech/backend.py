"""The `speech` backend: a model that speaks, or one that writes down what is said."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator

import mlx.core as mx

from mlxs.backends import Backend, ModelInfo, Progress
from mlxs.errors import BadRequest, MlxsError
from mlxs.hub import find
from mlxs.tasks.speech import Sound, SpeechModel, SpeechRequest
from mlxs.tasks.transcription import Heard, Segment, TranscriptionModel, TranscriptionRequest

from .loading import FILES, load
from .options import SpeechOptions
from .speaking import Speaker, Utterance
from .writing import Recording, Writer


class Speech(Backend[SpeechOptions], SpeechModel, TranscriptionModel):
    """One model. Requests take turns, a sentence or a window each."""

    _model: Speaker | Writer

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        if not options.model_path:
            raise MlxsError("no model is named; name one with --model-path")
        directory = find(options.model_path, progress, files=FILES, weights="*.safetensors")
        checkpoint = load(directory, options, progress)
        self._model = Speaker(checkpoint, options) if checkpoint.speaks else Writer(checkpoint, options)
        voices = {"voices": self._model.voices} if isinstance(self._model, Speaker) else {}
        return ModelInfo(concurrency=options.concurrency or 8, details={**checkpoint.details, **voices})

    def prepare(self, request: SpeechRequest | TranscriptionRequest) -> Utterance | Recording:
        if isinstance(request, SpeechRequest):
            if isinstance(self._model, Speaker):
                return self._model.understand(request)
            raise BadRequest(
                "this model writes down what is said, at /v1/audio/transcriptions, and does not speak", param="model"
            )
        if isinstance(self._model, Writer):
            return self._model.understand(request)
        raise BadRequest("this model speaks, at /v1/audio/speech, and does not write down what is said", param="model")

    def speak(self, request: Utterance) -> Iterator[Sound | None]:
        assert isinstance(self._model, Speaker)
        return self._model.speak(request)

    def transcribe(self, request: Recording) -> Iterator[Heard | Segment | None]:
        assert isinstance(self._model, Writer)
        return self._model.write(request)

    def close(self) -> None:
        mx.clear_streams()  # or the process may abort as it exits
