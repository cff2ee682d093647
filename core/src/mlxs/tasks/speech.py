"""Text to speech."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRequest:
    """Words to be spoken.

    Args:
        voice: One of the model's; None: its first.
        speed: 1 is the voice's own.
        instructions: How it is to sound, where the model can be told.
        language: Two letters, where the model speaks several.
        format: Of the file; `pcm` is 16 bits, mono, without a header.
    """

    text: str
    model: str = ""
    voice: str | None = None
    speed: float = 1.0
    instructions: str | None = None
    language: str | None = None
    format: Literal["wav", "pcm", "flac", "mp3", "opus", "aac"] = "mp3"


@dataclass(frozen=True, slots=True)
class Sound:
    """The next bytes of the file.

    Args:
        data: Base64.
        rate: Samples a second.
    """

    data: str
    rate: int


class SpeechModel(ABC):
    """Can speak."""

    @abstractmethod
    def speak(self, request: Any) -> Iterator[Sound | None]:
        """Answer a `SpeechRequest`, or what `prepare` made of it, as the sound comes to be."""
