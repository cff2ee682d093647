"""Whisper for mlxs, by way of mlx-whisper."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.advice import advice
from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="whisper",
        target="mlxs_whisper.backend:Whisper",
        explain="mlxs_whisper:explain",
        options="mlxs_whisper.options:WhisperOptions",
        capabilities=("transcription",),
        recognises=("model_type=whisper", "key=n_audio_state"),
        requires=("mlx_whisper", "av"),
        install="pip install 'mlxs-whisper[cpu]', and on Linux pip install --no-deps 'mlx-whisper>=0.4.3' as well",
        summary="Speech to text, by way of mlx-whisper.",
    )


def explain(last_words: str) -> str:
    """A sentence of advice on a process whose stderr ended so, or ""."""
    return advice(last_words, less="serve a smaller or more quantised model", shorter="serve a smaller model")
