"""When each word of a segment is spoken, as the library finds it out: by where the decoder looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_whisper.timing import add_word_timestamps, dtw
from mlx_whisper.tokenizer import Tokenizer
from mlx_whisper.whisper import Whisper

from mlxs.tasks.transcription import Segment, Word


def warm() -> None:
    """Have the library compile its alignment, which takes seconds the first time."""
    dtw(np.zeros((2, 2), np.float32))


def with_words(
    model: Whisper, tokenizer: Tokenizer, features: mx.array, segments: list[Segment], frames: int, spoken: float
) -> tuple[list[Segment], float]:
    """The segments with their words, and when the last of these ends.

    Args:
        features: What the encoder made of the window; shape (1, places, size).
        frames: Of the spectrogram, in the window.
        spoken: When the last word before these ended, in seconds.
    """
    told: list[dict[str, Any]] = [
        {"seek": one.seek, "start": one.start, "end": one.end, "tokens": list(one.tokens), "words": []}
        for one in segments
    ]
    add_word_timestamps(
        segments=told,
        model=_Encoded(model),
        tokenizer=tokenizer,
        mel=features[0],
        num_frames=frames,
        last_speech_timestamp=spoken,
    )
    found = [
        replace(
            segment,
            start=float(one["start"]),
            end=float(one["end"]),
            words=tuple(
                Word(word["word"], float(word["start"]), float(word["end"]), word["probability"])
                for word in one["words"]
            ),
        )
        for segment, one in zip(segments, told, strict=True)
    ]
    words = [word for segment in found for word in segment.words]
    return found, words[-1].end if words else found[-1].end


class _Encoded:
    """The model as the library's alignment asks it, but for the encoder, whose work is done."""

    def __init__(self, model: Whisper) -> None:
        self._decoder = model.decoder
        self.alignment_heads = model.alignment_heads

    def forward_with_cross_qk(self, features: mx.array, tokens: mx.array) -> tuple[mx.array, list[mx.array]]:
        logits, _, looks = self._decoder(tokens, features)
        return logits.astype(mx.float32), looks  # the library hands them to numpy, which has no bfloat16
