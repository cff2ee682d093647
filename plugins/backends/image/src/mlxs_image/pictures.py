"""Pictures as they come and go: files, as base64 text."""

from __future__ import annotations

import binascii
import io
from base64 import b64decode, b64encode

from PIL import Image, ImageOps, UnidentifiedImageError

from mlxs.errors import BadRequest

SMALLEST, LONGEST, MOST = 16, 16384, 64 * 10**6
"""Pixels: of a side at least and at most, and of a whole picture at most. None has them decoded to be refused."""

ROOM = f"send one with sides from {SMALLEST} to {LONGEST} pixels, and {MOST // 10**6} million pixels at most"

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Formats that are read."""


def opened(data: str, param: str) -> Image.Image:
    """The picture in a file, as it is to be looked at, with its transparency. Raises BadRequest where it is none.

    Args:
        data: The file, base64.
        param: The field to blame.
    """
    try:
        with Image.open(io.BytesIO(b64decode(data, validate=True)), formats=FORMATS) as image:
            _check(image.width, image.height, param)
            image.load()
            upright = ImageOps.exif_transpose(image)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnidentifiedImageError:
        said = f"{param} is no picture; send a file of one of the formats {', '.join(FORMATS)}"
        raise BadRequest(said, code="invalid_image", param=param) from None
    except binascii.Error:
        raise BadRequest(f"{param} is not base64", code="invalid_image", param=param) from None
    except Image.DecompressionBombError:
        raise BadRequest(f"{param} has too many pixels; {ROOM}", code="invalid_image", param=param) from None
    except (OSError, ValueError, SyntaxError) as error:
        said = f"{param} is a damaged picture: {error}"
        raise BadRequest(said, code="invalid_image", param=param) from None


def mask_of(data: str, picture: Image.Image, param: str) -> Image.Image:
    """Where a picture may change: white, and black elsewhere. Raises BadRequest where it is no mask of it."""
    mask = opened(data, param)
    if mask.size != picture.size:
        raise BadRequest(
            f"{param} has {mask.width}x{mask.height} pixels and the picture {picture.width}x{picture.height}; "
            "send one of the same size",
            param=param,
        )
    if mask.mode != "RGBA":
        said = f"{param} has no transparency, which says where the picture may change; send a PNG that has"
        raise BadRequest(said, param=param)
    free = mask.getchannel("A").point(lambda alpha: 255 if alpha == 0 else 0)
    if not free.getbbox():
        raise BadRequest(f"{param} is opaque everywhere, so that nothing may change", param=param)
    return free


def opaque(picture: Image.Image) -> Image.Image:
    """A picture on white, for models, which see no transparency."""
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def file(picture: Image.Image, kind: str, quality: int) -> str:
    """A picture as a file, base64.

    Args:
        kind: `png`, `jpeg` or `webp`.
        quality: In percent; a PNG has none.
    """
    into = io.BytesIO()
    picture.save(into, kind, **({} if kind == "png" else {"quality": quality}))
    return b64encode(into.getvalue()).decode()


def _check(width: int, height: int, param: str) -> None:
    if min(width, height) < SMALLEST or max(width, height) > LONGEST or width * height > MOST:
        raise BadRequest(f"{param} has {width}x{height} pixels; {ROOM}", code="invalid_image", param=param)
