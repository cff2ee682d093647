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
        explain="mlxs_speech.advice:explain",
        options="mlxs_speech.options:SpeechOptions",
        capabilities=("speech", "transcription"),
        recognises=(
            "model_type=*tts*",
            "model_type=*asr*",
            "model_type=kokoro",
            "model_type=kitten",
            "model_type=csm",
            "model_type=sesame",
            "model_type=marvis",
            "model_type=spark",
            "model_type=soprano",
            "model_type=bark",
            "model_type=dia",
            "model_type=chatterbox*",
            "model_type=voxcpm*",
            "model_type=vibevoice*",
            "model_type=parakeet*",
            "model_type=canary",
            "model_type=moonshine*",
            "model_type=voxtral*",
            "model_type=sensevoice",
            "model_type=granite_speech*",
            "model_type=wav2vec2*",
            "model_type=mms",
            "name=*orpheus*",
            "name=*kokoro*",
            "name=*parakeet*",
            "key=istftnet",
        ),
        requires=("mlx_audio", "av"),
        install="pip install 'mlxs-speech[cpu]'",
        summary="Text to speech, and speech to text, by way of mlx-audio.",
    )
