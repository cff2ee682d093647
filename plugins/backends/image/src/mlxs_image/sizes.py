"""How large a picture is to be."""

from __future__ import annotations

import math

from PIL import Image

from mlxs.errors import BadRequest
from mlxs.tasks.image import ImageRequest

STEP = 16
"""Sides are multiples of so many pixels: one patch of the picture is one token of the model."""

SIZE = 1024
"""Pixels of a side where nothing is said: what these models were trained on."""


def size(request: ImageRequest, picture: Image.Image | None, longest: int) -> tuple[int, int]:
    """Width and height. Raises BadRequest where they cannot be had.

    Args:
        picture: The first of those it is made of.
        longest: Pixels of a side at most.
    """
    if request.width is None or request.height is None:
        return _like(picture.size if picture else (SIZE, SIZE), longest)
    said = f"{request.width}x{request.height}"
    if min(request.width, request.height) < STEP or max(request.width, request.height) > longest:
        raise BadRequest(f"size: sides have from {STEP} to {longest} pixels, not {said}", param="size")
    if request.width % STEP or request.height % STEP:
        near = "x".join(str(_near(side)) for side in (request.width, request.height))
        raise BadRequest(f"size: sides are multiples of {STEP} pixels; send {near} for {said}", param="size")
    return request.width, request.height


def _like(sides: tuple[int, int], longest: int) -> tuple[int, int]:
    """A size of these proportions: of that side at most, and of no more pixels than a model was trained on."""
    width, height = sides
    scale = min(1.0, SIZE / math.sqrt(width * height), (longest - longest % STEP) / max(sides))
    return _near(width * scale), _near(height * scale)


def _near(side: float) -> int:
    return max(STEP, round(side / STEP) * STEP)
