"""Speech to text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..events import TokenLogprob


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionRequest:
    """Sound to be written down.

    Args:
        audio: The file, base64, in any container.
        language: A code such as `en`; None: to be found out.
        prompt: Words that came before, or that may come up.
        temperature: Of sampling; None: as the model does.
        translate: Whether English is wanted, whatever is spoken.
        words: Whether each word's time is wanted.
        logprobs: Whether each token's probability is wanted.
    """

    audio: str
    model: str = ""
    language: str | None = None
    prompt: str | None = None
    temperature: float | None = None
    translate: bool = False
    words: bool = False
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What kind of sound it is; said once, first.

    Args:
        duration: Seconds.
        language: Its English name, such as `english`; "" where the model does not say.
    """

    duration: float
    language: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and when it is spoken, in seconds."""

    word: str
    start: float
    end: float
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech, and when it is spoken, in seconds.

    The rest is what the model thinks of it; https://github.com/openai/whisper says what it means.

    Args:
        text: With the space before it, where there is one: all segments' texts are the whole.
        seek: Where the window began in which it was heard, in hundredths of a second.
        logprobs: Of the tokens of the text, where they were asked for.
    """

    start: float
    end: float
    text: str
    tokens: tuple[int, ...] = ()
    words: tuple[Word, ...] = ()
    seek: int = 0
    temperature: float = 0.0
    avg_logprob: float = 0.0
    compression_ratio: float = 1.0
    no_speech_prob: float = 0.0
    logprobs: tuple[TokenLogprob, ...] = ()


class TranscriptionModel(ABC):
    """Can write down what is said."""

    @abstractmethod
    def transcribe(self, request: Any) -> Iterator[Heard | Segment | None]:
        """Answer a `TranscriptionRequest`, or what `prepare` made of it: `Heard`, then segments in order."""
