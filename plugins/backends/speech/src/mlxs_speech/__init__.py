"""Text to speech and speech to text for mlxs, by way of mlx-audio."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="speech",
        target="mlxs_speech.backend:Speech",
        options="mlxs_speech.options:SpeechOptions",
        capabilities=("speech", "transcription"),
        requires=("mlx_audio", "av"),
        install="pip install 'mlxs-speech[cpu]'",
        summary="Text to speech, and speech to text, by way of mlx-audio.",
    )
