"""From a request to what the model is to do: everything that can be wrong with it is found here, beside the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from secrets import randbelow
from typing import Any

from PIL import Image

from mlxs.errors import BadRequest
from mlxs.pictures import opaque
from mlxs.tasks.image import ImageEditRequest, ImageRequest

from .pictures import mask_of, opened
from .presets import Preset
from .prompts import Prompts
from .sizes import size

MOST_STEPS = 200
STRENGTH = 0.6
"""How far a picture goes from the one it starts from, where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One picture to be made, checked.

    Args:
        guidance: 0 where the model has none.
        images: Those it is made of, opaque, upright.
        mask: White where the first may change, of its size; None: everywhere.
        start: The step to begin with: later ones keep more of the first picture.
        tokens: Of the prompt.
        format, quality: Of the file.
        previews: The numbers of the steps after which the unfinished picture is shown.
    """

    prompt: str
    negative_prompt: str | None
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    tokens: int
    start: int = 0
    images: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None
    previews: tuple[int, ...] = ()
    format: str = "png"
    quality: int = 95


class Planner:
    """Makes plans for one model.

    Args:
        tokenizer: Of mflux: the one that limits how long a prompt can be.
        max_side: Pixels of a side at most.
    """

    def __init__(self, preset: Preset, tokenizer: Any, max_side: int) -> None:
        self._preset = preset
        self._prompts = Prompts(preset, tokenizer)
        self._max_side = max_side

    def __call__(self, request: ImageRequest) -> Plan:
        """The plan. Raises BadRequest that says what to send instead."""
        images = self._images(request) if isinstance(request, ImageEditRequest) else ()
        pictures = tuple(map(opaque, images))
        width, height = size(request, pictures[0] if pictures else None, self._max_side)
        steps, guidance = self._steps(request), self._guidance(request.guidance)
        start = self._start(request, steps)
        masked = isinstance(request, ImageEditRequest) and request.mask
        return Plan(
            prompt=request.prompt,
            negative_prompt=self._prompts.negative(request.negative_prompt, guidance),
            width=width,
            height=height,
            steps=steps,
            guidance=guidance,
            seed=randbelow(2**32) if request.seed is None else request.seed % 2**64,
            tokens=self._prompts.tokens(request),
            start=start,
            images=pictures,
            mask=mask_of(masked, images[0], "mask") if masked else None,
            previews=_spread(request.previews, start, steps),
            format=request.format,
            quality=request.quality,
        )

    def _images(self, request: ImageEditRequest) -> tuple[Image.Image, ...]:
        most = self._preset.references or 1
        if not request.images:
            raise BadRequest("there is no picture; send at least one", param="image")
        if len(request.images) > most:
            raise BadRequest(f"there are {len(request.images)} pictures, and this model takes {most}", param="image")
        if self._preset.references and (request.mask or request.strength is not None):
            param = "mask" if request.mask else "strength"
            raise BadRequest(
                f"{param}: this model makes the picture anew as the prompt says, and takes no {param}; leave it out, "
                "or use a model that is served with --model-type image-generation",
                param=param,
            )
        return tuple(opened(data, "image") for data in request.images)

    def _steps(self, request: ImageRequest) -> int:
        steps = request.steps if request.steps is not None else max(1, round(self._preset.steps * request.effort))
        if not 1 <= steps <= MOST_STEPS:
            raise BadRequest(f"steps: from 1 to {MOST_STEPS}, not {steps}", param="steps")
        return steps

    def _start(self, request: ImageRequest, steps: int) -> int:
        if not isinstance(request, ImageEditRequest) or self._preset.references:
            return 0
        strength = STRENGTH if request.strength is None else request.strength
        if not 0 < strength <= 1:
            raise BadRequest(f"strength: more than 0 and at most 1, not {strength:g}", param="strength")
        if strength == 1:
            return 0
        if steps == 1:
            said = "steps: one alone leaves nothing of the picture it begins with; send more, or strength: 1"
            raise BadRequest(said, param="steps")
        return min(steps - 1, max(1, int(steps * (1 - strength))))

    def _guidance(self, wanted: float | None) -> float:
        if wanted is None:
            return self._preset.guidance or 0.0
        if self._preset.guidance is None:
            raise BadRequest("guidance: this model was trained to do without; leave it out", param="guidance")
        if not (math.isfinite(wanted) and 0 <= wanted <= 100):
            raise BadRequest(f"guidance: from 0 to 100, not {wanted:g}", param="guidance")
        return wanted


def _spread(previews: int, start: int, steps: int) -> tuple[int, ...]:
    """After which steps to show the picture: evenly, and never after the last."""
    between = steps - start - 1
    shown = min(previews, between)
    return tuple(start + round((number + 1) * (between + 1) / (shown + 1)) for number in range(shown))
