"""Ways to fit a conversation to a chat template."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ConverterSpec

WALKED = ("qwen3_coder", "glm4_moe", "minimax", "minimax_m2", "nemotron3_nano", "longcat_flash_lite", "step_35")


@hookimpl
def mlxs_converters() -> Iterator[ConverterSpec]:
    yield ConverterSpec(
        name="standard",
        target="mlxs_messages.roles:standard",
        summary="developer is system, system messages at the beginning are one, later ones are the user's",
    )
    yield ConverterSpec(
        name="arguments_as_objects",
        target="mlxs_messages.arguments:arguments_as_objects",
        summary="as standard; arguments of earlier calls as objects, which templates walk or write as JSON",
        aliases=WALKED,
    )
    yield ConverterSpec(
        name="without_reasoning",
        target="mlxs_messages.reasoning:without_reasoning",
        summary="as standard; what the model thought in earlier turns is left out",
    )
