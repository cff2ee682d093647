"""Text to speech: a sentence at a time, encoded as it comes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
import numpy as np

from mlxs.errors import BadRequest
from mlxs.tasks.speech import Sound, SpeechRequest

from .encoding import Encoder
from .languages import known
from .loading import Checkpoint
from .options import SpeechOptions
from .sentences import sentences

INSTRUCTED = ("instruct", "instructions")
"""What families call the argument that says how to sound."""
SOON = 0.5
"""Seconds of sound that are waited for, of families that can be asked for less than a sentence."""
ONE = "default"
"""The voice of a model that has but one."""


@dataclass(frozen=True)
class Utterance:
    """A request, understood: what the library's `generate` is given with each sentence."""

    sentences: list[str]
    arguments: dict[str, Any]
    language: str | None
    format: str
    speed: float


class Speaker:
    """Speaks.

    The library keeps what it is about in the model, so that one sentence is spoken at a time, of
    whichever request.
    """

    def __init__(self, checkpoint: Checkpoint, options: SpeechOptions) -> None:
        self._checkpoint = checkpoint
        self._options = options
        self._speaking = False
        named = options.voices or _voices(checkpoint)
        self.voices: list[str] = named or [ONE]
        self._named = bool(named)

    def understand(self, request: SpeechRequest) -> Utterance:
        """Raises BadRequest where the model cannot do what is asked."""
        said = sentences(request.text)
        if not said:
            raise BadRequest("there is nothing to speak; send a text", param="input")
        arguments: dict[str, Any] = {}
        voice = self.voices[0] if request.voice is None else request.voice
        if voice not in self.voices:
            raise BadRequest(f"there is no voice {voice!r}; this model has {', '.join(self.voices)}", param="voice")
        if self._named:
            arguments["voice"] = voice
        if request.instructions:
            name = next(filter(self._checkpoint.takes, INSTRUCTED), None)
            if name is None:
                message = "this model cannot be told how to sound; leave instructions out"
                raise BadRequest(message, param="instructions")
            arguments[name] = request.instructions
        if request.language or self._checkpoint.kind == "kokoro":
            if not self._checkpoint.takes("lang_code"):
                message = "this model finds out the language by itself; leave it out"
                raise BadRequest(message, param="language")
            arguments["lang_code"] = request.language or voice[0]  # kokoro's voices begin with that of their language
        for name in ("temperature", "max_tokens"):
            wanted = getattr(self._options, name)
            if wanted is not None and self._checkpoint.takes(name):
                arguments[name] = wanted
        if self._checkpoint.takes("stream") and self._checkpoint.takes("streaming_interval"):
            arguments |= {"stream": True, "streaming_interval": SOON}
        if self._checkpoint.takes("verbose"):
            arguments["verbose"] = False
        return Utterance(said, arguments, request.language, request.format, request.speed)

    def speak(self, utterance: Utterance) -> Iterator[Sound | None]:
        """The sound of all sentences as one file."""
        encoder: Encoder | None = None
        try:
            for sentence in utterance.sentences:
                for part in self._spoken(sentence, utterance):
                    if part is None:
                        yield None
                        continue
                    samples, rate = part
                    encoder = encoder or Encoder(utterance.format, rate, utterance.speed)
                    yield _sound(encoder, encoder.encode(samples))
            if encoder is None:
                raise BadRequest("the model has no sound for this text; send another", param="input")
            yield _sound(encoder, encoder.finish())
        finally:
            if encoder is not None:
                encoder.close()

    def _spoken(self, sentence: str, utterance: Utterance) -> Iterator[tuple[Any, int] | None]:
        """A sentence's sound, when its turn has come; None in between."""
        while self._speaking:
            yield None
        self._speaking = True
        try:
            with known(utterance.language):
                for result in self._checkpoint.network.generate(text=sentence, **utterance.arguments):
                    samples = np.array(result.audio.astype(mx.float32)).reshape(-1)
                    if len(samples):
                        yield samples, result.sample_rate
        finally:
            self._speaking = False
        yield None  # another's turn


def _sound(encoder: Encoder, data: bytes) -> Sound | None:
    return Sound(b64encode(data).decode(), encoder.rate) if data else None


def _voices(checkpoint: Checkpoint) -> list[str]:
    """Those the model knows by name, or has a file for."""
    network: Any = checkpoint.network
    if hasattr(network, "get_supported_speakers"):
        return list(network.get_supported_speakers() or ())
    if isinstance(getattr(network, "voices", None), dict):
        return sorted(network.voices)
    directory: Path = checkpoint.directory / "voices"
    return sorted({file.stem for file in directory.iterdir() if file.is_file()}) if directory.is_dir() else []
