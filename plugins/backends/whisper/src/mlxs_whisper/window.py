"""A window of a recording, and from its tokens to segments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from mlx_whisper.audio import FRAMES_PER_SECOND, HOP_LENGTH
from mlx_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from mlxs.events import TokenLogprob
from mlxs.tasks.transcription import Segment

from .decoding import Decoded
from .stretches import Parted


@dataclass(frozen=True)
class Window:
    """30 seconds, or what is left.

    Args:
        seek: Its first frame of the spectrogram.
        frames: How many it has.
    """

    seek: int
    frames: int

    def quiet(self, samples: NDArray[np.int16]) -> bool:
        """Whether there is no sound at all; the model would hear something in it all the same."""
        heard = samples[self.seek * HOP_LENGTH : (self.seek + self.frames) * HOP_LENGTH]
        return bool(heard.max() <= 1 and heard.min() >= -1)

    def segments(self, decoded: Decoded, text: Parted, tokenizer: Tokenizer, *, logprobs: bool) -> list[Segment]:
        """What was said in it."""
        begin = self.seek / FRAMES_PER_SECOND
        return [
            Segment(
                begin + stretch.start,
                begin + stretch.end,
                tokenizer.decode([token for token in stretch.of(decoded.tokens) if token < tokenizer.eot]),
                tuple(stretch.of(decoded.tokens)),
                seek=self.seek,
                temperature=decoded.temperature,
                avg_logprob=decoded.avg_logprob,
                compression_ratio=decoded.compression_ratio,
                no_speech_prob=decoded.no_speech_prob,
                logprobs=_logprobs(tokenizer, stretch.of(decoded.tokens), stretch.of(decoded.logprobs))
                if logprobs
                else (),
            )
            for stretch in text.stretches
        ]

    def within(self, segment: Segment) -> Segment:
        """A segment with times that are the window's: the model may say that speech goes on where nothing is left."""
        end = (self.seek + self.frames) / FRAMES_PER_SECOND
        return replace(segment, start=min(segment.start, end), end=min(segment.end, end))


def _logprobs(tokenizer: Tokenizer, tokens: list[int], said: list[float]) -> tuple[TokenLogprob, ...]:
    """Of the text's tokens, and not of those that are times."""
    text = [(token, logprob) for token, logprob in zip(tokens, said, strict=True) if token < tokenizer.eot]
    spelled = [(tokenizer.encoding.decode_single_token_bytes(token), logprob) for token, logprob in text]
    return tuple(TokenLogprob(word.decode(errors="replace"), logprob, tuple(word)) for word, logprob in spelled)
