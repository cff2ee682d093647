"""From a request to what the model is to do: everything that can be wrong with it is found here, beside the model."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from secrets import randbelow
from typing import Any

from PIL import Image

from mlxs.errors import BadRequest
from mlxs.tasks.image import ImageEditRequest, ImageRequest

from .pictures import mask_of, opaque, opened
from .presets import Preset

STEP = 16
"""Sides are multiples of so many pixels: one patch of the picture is one token of the model."""

SIZE = 1024
"""Pixels of a side where nothing is said: what these models were trained on."""

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
        self._count = _counter(tokenizer)
        self._limit = tokenizer.max_length
        self._max_side = max_side

    def __call__(self, request: ImageRequest) -> Plan:
        """The plan. Raises BadRequest that says what to send instead."""
        images = self._images(request) if isinstance(request, ImageEditRequest) else ()
        pictures = tuple(map(opaque, images))
        width, height = self._size(request, pictures[0] if pictures else None)
        steps = self._steps(request)
        start = self._start(request, steps)
        masked = isinstance(request, ImageEditRequest) and request.mask
        return Plan(
            prompt=request.prompt,
            negative_prompt=self._negative(request.negative_prompt),
            width=width,
            height=height,
            steps=steps,
            guidance=self._guidance(request.guidance),
            seed=randbelow(2**32) if request.seed is None else request.seed % 2**64,
            tokens=self._tokens(request),
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

    def _size(self, request: ImageRequest, picture: Image.Image | None) -> tuple[int, int]:
        if request.width is None or request.height is None:
            return _like(picture, min(SIZE, self._max_side)) if picture else (SIZE, SIZE)
        said = f"{request.width}x{request.height}"
        if min(request.width, request.height) < STEP or max(request.width, request.height) > self._max_side:
            raise BadRequest(f"size: sides have from {STEP} to {self._max_side} pixels, not {said}", param="size")
        if request.width % STEP or request.height % STEP:
            near = "x".join(str(_near(side)) for side in (request.width, request.height))
            raise BadRequest(f"size: sides are multiples of {STEP} pixels; send {near} for {said}", param="size")
        return request.width, request.height

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
        return min(steps - 1, int(steps * (1 - strength)))

    def _guidance(self, wanted: float | None) -> float:
        if wanted is None:
            return self._preset.guidance or 0.0
        if self._preset.guidance is None:
            raise BadRequest("guidance: this model was trained to do without; leave it out", param="guidance")
        if not (math.isfinite(wanted) and 0 <= wanted <= 100):
            raise BadRequest(f"guidance: from 0 to 100, not {wanted:g}", param="guidance")
        return wanted

    def _negative(self, said: str | None) -> str | None:
        if said and not self._preset.negative:
            param = "negative_prompt"
            raise BadRequest(f"{param}: this model cannot be told what is not to be seen; leave it out", param=param)
        return said

    def _tokens(self, request: ImageRequest) -> int:
        if not request.prompt.strip() and (self._preset.references or not isinstance(request, ImageEditRequest)):
            raise BadRequest("the prompt is empty; say what is to be seen", param="prompt")
        if self._preset.json_prompt and not _is_object(request.prompt):
            raise BadRequest(
                "the prompt is no JSON object, and this model was trained on those; have a language model write one as "
                "https://huggingface.co/briaai/FIBO shows",
                param="prompt",
            )
        tokens = self._count(request.prompt)
        if tokens > self._limit:
            raise BadRequest(
                f"the prompt has {tokens} tokens, and this model reads {self._limit}; shorten it",
                code="context_length_exceeded",
                param="prompt",
            )
        return tokens


def _counter(tokenizer: Any) -> Callable[[str], int]:
    """What counts a prompt's tokens, with the words that the model wants around it.

    It has a tokenizer of its own: one that the model's thread cuts and pads with cannot be shared.
    """
    own = deepcopy(tokenizer.tokenizer)
    own.model_max_length = int(1e30)  # what is too long is refused, and without a warning

    def count(prompt: str) -> int:
        text = tokenizer.template.format(prompt) if tokenizer.template else prompt
        if tokenizer.use_chat_template:
            said = [{"role": "user", "content": prompt}]
            more = tokenizer.chat_template_kwargs
            text = own.apply_chat_template(said, tokenize=False, add_generation_prompt=True, **more)
        return len(own(text, add_special_tokens=tokenizer.add_special_tokens)["input_ids"])

    count("")  # leaves no padding behind that another thread would have to take away
    return count


def _like(picture: Image.Image, side: int) -> tuple[int, int]:
    """A size of the picture's proportions, with as many pixels as a square of that side at most."""
    scale = min(1.0, side / math.sqrt(picture.width * picture.height), side * 2 / max(picture.size))
    return _near(picture.width * scale), _near(picture.height * scale)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _near(side: float) -> int:
    return max(STEP, round(side / STEP) * STEP)


def _spread(previews: int, start: int, steps: int) -> tuple[int, ...]:
    """After which steps to show the picture: evenly, and never after the last."""
    between = steps - start - 1
    shown = min(previews, between)
    return tuple(start + round((number + 1) * (between + 1) / (shown + 1)) for number in range(shown))
