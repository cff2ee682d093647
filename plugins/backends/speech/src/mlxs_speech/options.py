"""Options of models that speak, and of those that write down what is said."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlxs.options import ModelOptions


class SpeechOptions(ModelOptions):
    """What steers a `speech` model."""

    task: Literal["auto", "speech", "transcription"] = Field(
        "auto", description="What the model does, where its files do not say."
    )
    voices: list[str] = Field(default_factory=list, description="Names of its voices, where its files do not say.")
    temperature: float | None = Field(None, ge=0, description="Of sampling, where the model samples. [the model's]")
    max_tokens: int | None = Field(
        None, ge=1, description="Tokens of a sentence's sound, or of a window's text, at most. [the model's]"
    )
    max_duration: float = Field(4 * 3600, gt=0, description="Seconds that a recording may last.")
    window: float = Field(30, ge=5, description="Seconds of a recording that are listened to at a time.")
