"""Models that see and hear for mlxs, by way of mlx-vlm."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import BackendSpec


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="multimodal",
        aliases=("vlm",),
        target="mlxs_vision.backend:MultimodalModel",
        options="mlxs_vision.options:VisionOptions",
        explain="mlxs_decoding.advice:explain",
        capabilities=("chat", "completion", "tokens", "embedding"),
        recognises=(
            "key=vision_config",
            "key=audio_config",
            "key=thinker_config",
            "key=img_processor",
            "key=mm_vision_tower",
            "model_type=molmo*",
            "model_type=moondream*",
        ),
        requires=("mlx_vlm", "mlx_lm"),
        install="pip install 'mlxs-vision[cpu]'",
        summary="Models that take pictures, sound and film besides text, by way of mlx-vlm.",
    )
