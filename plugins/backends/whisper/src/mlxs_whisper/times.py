"""Where a window's text may have times, as the model was trained to write them.

In place of the library's own filter, which takes a place for a time and so lets times run backwards,
and which may forbid every token there is: https://github.com/openai/whisper/blob/main/whisper/decoding.py
has the rules.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np
from mlx_whisper.tokenizer import Tokenizer


class TimeRules:
    """A filter of logits.

    Args:
        sample_begin: How many tokens the model was given.
        latest: The first stretch begins so many places after the window's beginning at most; None: anywhere.
    """

    def __init__(self, tokenizer: Tokenizer, sample_begin: int, latest: int | None) -> None:
        self._end = tokenizer.eot
        self._zero = tokenizer.timestamp_begin
        self._untimed = tokenizer.no_timestamps
        self._begin = sample_begin
        self._latest = latest

    def apply(self, logits: mx.array, tokens: mx.array) -> mx.array:
        """Logits with what may not come next at minus infinity.

        Args:
            logits: Shape (1, vocabulary).
            tokens: All before; shape (1, length).
        """
        said: Any = tokens[0, self._begin :].tolist()
        forbidden = mx.array(self._forbidden(said, logits.shape[-1]))
        logits = mx.where(forbidden, -mx.inf, logits)
        # where some time is likelier than any one word, a time it is
        timed = mx.logsumexp(logits[:, self._zero :]) > logits[:, : self._zero].max()
        words = mx.arange(logits.shape[-1]) < self._zero
        return mx.where(timed & words, -mx.inf, logits)

    def _forbidden(self, said: list[int], vocabulary: int) -> np.ndarray:
        forbidden = np.zeros(vocabulary, bool)
        forbidden[self._untimed] = True
        if not said:
            forbidden[: self._zero] = True
            if self._latest is not None:
                forbidden[self._zero + self._latest + 1 :] = True
            return forbidden
        timed, before = said[-1] >= self._zero, len(said) < 2 or said[-2] >= self._zero
        if timed and before:
            forbidden[self._zero :] = True
        elif timed:
            forbidden[: self._end] = True
        times = [token for token in said if token >= self._zero]
        if times:
            # a stretch that ends may be followed by one that begins then; it does not end where it began
            forbidden[self._zero : times[-1] + (0 if timed and not before else 1)] = True
        return forbidden
