"""One window of 30 seconds, decoded a token a step, and again at a higher temperature where that went wrong."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import mlx.core as mx
from mlx_whisper.decoding import DecodingOptions, DecodingTask, compression_ratio
from mlx_whisper.whisper import Whisper

from .stretches import PLACES
from .times import TimeRules

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Tried one after the other, as the model's authors do."""
REPETITIVE = 2.4
"""A text that can be packed more closely than this goes round in circles."""
UNSURE = -1.0
"""A text whose tokens are less likely than this, on average of their logarithms, is a guess."""
SILENT = 0.6
"""A window whose first token is nothing said, with more than this probability, is silent unless the text is sure."""


@dataclass(frozen=True)
class Decoded:
    """What was made of a window.

    Args:
        tokens: Of text, and of times.
        logprobs: Of each.
    """

    tokens: list[int]
    logprobs: list[float]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float

    @property
    def silent(self) -> bool:
        """Whether nobody says anything."""
        return self.no_speech_prob > SILENT and self.avg_logprob <= UNSURE

    @property
    def doubtful(self) -> bool:
        """Whether another temperature may do better."""
        if self.no_speech_prob > SILENT:
            return False
        return self.compression_ratio > REPETITIVE or self.avg_logprob < UNSURE


def decode(
    model: Whisper,
    features: mx.array,
    prompt: Sequence[int],
    *,
    language: str,
    task: str,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Generator[None, None, Decoded]:
    """Decode a window at one temperature after the other, until the text can be believed.

    Args:
        features: What the encoder made of it; shape (1, places, size).
        prompt: Tokens that came before.
        temperatures: The last one's text counts, whatever it is.
    """
    for temperature in temperatures:
        options = DecodingOptions(task=task, language=language, temperature=temperature, prompt=list(prompt))
        decoded = yield from _Steps(model, options).decode(features)
        if not decoded.doubtful:
            break
    return decoded


class _Steps(DecodingTask):  # type: ignore[misc]
    """The library's way to decode, laid open."""

    def __init__(self, model: Whisper, options: DecodingOptions) -> None:
        super().__init__(model, options)
        latest = round((options.max_initial_timestamp or 0) * PLACES)
        self.logit_filters[-1] = TimeRules(self.tokenizer, self.sample_begin, latest)

    def decode(self, features: mx.array) -> Generator[None, None, Decoded]:
        said = mx.array([self.initial_tokens])
        silence = float("nan")
        tokens: list[int] = []
        logprobs: list[float] = []
        inputs = said
        while True:
            logits = self.inference.logits(inputs, features)
            if not tokens:
                silence = self._silence(logits)
            token, logprob = self._chosen(logits[:, -1], said)
            logprobs.append(logprob)
            if token == self.tokenizer.eot:
                break
            tokens.append(token)
            inputs = mx.array([[token]])
            said = mx.concatenate([said, inputs], axis=1)
            if len(tokens) == self.sample_len or said.shape[1] > self.n_ctx:
                break
            yield
        return Decoded(
            tokens=tokens,
            logprobs=logprobs[: len(tokens)],
            temperature=self.options.temperature,
            avg_logprob=sum(logprobs) / (len(tokens) + 1),
            compression_ratio=compression_ratio(self.tokenizer.decode(tokens).strip()),
            no_speech_prob=silence,
        )

    def _silence(self, logits: mx.array) -> float:
        """The probability that nothing is said."""
        return float(mx.softmax(logits[0, self.sot_index], axis=-1)[self.tokenizer.no_speech])

    def _chosen(self, logits: mx.array, said: mx.array) -> tuple[int, float]:
        for filter in self.logit_filters:
            logits = filter.apply(logits, said)
        temperature = self.options.temperature
        token = mx.random.categorical(logits / temperature) if temperature else logits.argmax(axis=-1)
        logprob = logits[0, token[0]] - mx.logsumexp(logits[0])
        mx.eval(token, logprob)
        return int(token), float(logprob)
