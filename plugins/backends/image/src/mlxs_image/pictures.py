"""Pictures as they come and go: files, as base64 text."""

from __future__ import annotations

import io
from base64 import b64encode

from PIL import Image

from mlxs.datauri import decoded
from mlxs.errors import BadRequest
from mlxs.pictures import read

SMALLEST = 16
"""Pixels of a side at least: one patch."""


def opened(data: str, param: str) -> Image.Image:
    """The picture in a file: RGBA where it is transparent somewhere, else RGB. Raises BadRequest where it is none.

    Args:
        data: The file, base64.
        param: The field to blame.
    """
    try:
        contents = decoded(data)
    except ValueError:
        raise BadRequest(f"{param}: this is not base64", code="invalid_image", param=param) from None
    picture = read(contents, param=param)
    if min(picture.size) < SMALLEST:
        said = f"{param}: the picture has {picture.width}x{picture.height} pixels; send at least {SMALLEST} a side"
        raise BadRequest(said, code="invalid_image", param=param)
    return picture


def mask_of(data: str, picture: Image.Image, param: str) -> Image.Image:
    """Where a picture may change: white, and black elsewhere. Raises BadRequest where it is no mask of it."""
    mask = opened(data, param)
    if mask.size != picture.size:
        raise BadRequest(
            f"{param}: it has {mask.width}x{mask.height} pixels and the picture {picture.width}x{picture.height}; "
            "send one of the same size",
            param=param,
        )
    if mask.mode != "RGBA":
        said = f"{param}: it has no transparency, which says where the picture may change; send a PNG that has"
        raise BadRequest(said, param=param)
    free = mask.getchannel("A").point(lambda alpha: 255 if alpha == 0 else 0)
    if not free.getbbox():
        raise BadRequest(f"{param}: it is opaque everywhere, so that nothing may change", param=param)
    return free


def file(picture: Image.Image, kind: str, quality: int) -> str:
    """A picture as a file, base64.

    Args:
        kind: `png`, `jpeg` or `webp`.
        quality: In percent; a PNG has none.
    """
    into = io.BytesIO()
    picture.save(into, kind, **({} if kind == "png" else {"quality": quality}))
    return b64encode(into.getvalue()).decode()
