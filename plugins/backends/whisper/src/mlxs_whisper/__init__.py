"""Whisper for mlxs, by way of mlx-whisper."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="whisper",
        target="mlxs_whisper.backend:Whisper",
        explain="mlxs_whisper.advice:explain",
        options="mlxs_whisper.options:WhisperOptions",
        capabilities=("transcription",),
        recognises=("model_type=whisper", "key=n_audio_state"),
        requires=("mlx_whisper", "av"),
        install="pip install 'mlxs-whisper[cpu]', and on Linux pip install --no-deps 'mlx-whisper>=0.4.3' as well",
        summary="Speech to text, by way of mlx-whisper.",
    )
