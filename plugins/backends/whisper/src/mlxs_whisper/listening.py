"""A recording, window by window: what the library does in one go, as a generator that tells what it has heard.

https://github.com/openai/whisper/blob/main/whisper/transcribe.py says what it ought to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import mlx.core as mx
import numpy as np
from mlx_whisper.audio import FRAMES_PER_SECOND, N_FRAMES, SAMPLE_RATE, pad_or_trim
from mlx_whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer
from mlx_whisper.whisper import Whisper
from numpy.typing import NDArray

from mlxs.tasks.transcription import Heard, Segment

from .decoding import TEMPERATURES, decode
from .mel import spectrogram
from .stretches import parted
from .window import Window
from .words import with_words

HOT = 0.5
"""A text that took more temperature than this is no example for the next."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A request, understood.

    Args:
        samples: 16000 a second.
        language: A code of the library's; None: to be found out.
        prompt: Tokens.
        temperatures: To be tried.
    """

    samples: NDArray[np.int16]
    language: str | None
    translate: bool
    prompt: tuple[int, ...]
    temperatures: Sequence[float] = TEMPERATURES
    words: bool = False
    logprobs: bool = False


class Listener:
    """Writes recordings down.

    Args:
        remember: Whether the model is told what it wrote last.
    """

    def __init__(self, model: Whisper, *, remember: bool = True) -> None:
        self._model = model
        self._dtype = model.decoder.positional_embedding.dtype
        self._remember = remember

    def listen(self, recording: Recording) -> Iterator[Heard | Segment | None]:
        """What is said, a window's segments at a time; a step a token."""
        mel = yield from spectrogram(recording.samples, self._model.dims.n_mels)
        language = recording.language or self._language(mel)
        yield Heard(len(recording.samples) / SAMPLE_RATE, LANGUAGES[language])
        task = "translate" if recording.translate else "transcribe"
        tokenizer = tokenizer_of(self._model, language, task)
        said, forgotten, spoken, seek = list(recording.prompt), 0, 0.0, 0
        while seek < len(mel):
            window = Window(seek, min(N_FRAMES, len(mel) - seek))
            seek += window.frames
            if window.quiet(recording.samples):
                continue
            features = self._encoded(mel[window.seek : seek])
            yield None
            decoded = yield from decode(
                self._model,
                features,
                said[forgotten:],
                language=language,
                task=task,
                temperatures=recording.temperatures,
            )
            if decoded.silent:
                continue
            text = parted(decoded.tokens, tokenizer.timestamp_begin, window.frames)
            segments = window.segments(decoded, text, tokenizer, logprobs=recording.logprobs)
            seek = window.seek + text.further
            if recording.words:
                yield None
                segments, spoken = with_words(self._model, tokenizer, features, segments, window.frames, spoken)
                if not text.finished and spoken > window.seek / FRAMES_PER_SECOND:
                    seek = max(window.seek + 1, round(spoken * FRAMES_PER_SECOND))
            for segment in segments:
                if segment.start != segment.end and segment.text.strip():
                    said += segment.tokens
                    yield window.within(segment)
            if not self._remember or decoded.temperature > HOT:
                forgotten = len(said)

    def _language(self, mel: mx.array) -> str:
        if not self._model.is_multilingual:
            return "en"
        _, (chances,) = self._model.detect_language(self._encoded(mel[:N_FRAMES]))
        return str(max(chances, key=chances.__getitem__))

    def _encoded(self, mel: mx.array) -> mx.array:
        """What the encoder makes of a window; shape (1, places, size)."""
        features = self._model.encoder(pad_or_trim(mel, N_FRAMES, axis=-2).astype(self._dtype)[None])
        mx.eval(features)
        return features


def tokenizer_of(model: Whisper, language: str, task: str) -> Tokenizer:
    """The tokenizer that begins a text in this language."""
    return get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language=language, task=task)
