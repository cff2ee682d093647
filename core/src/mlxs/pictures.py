"""Picture files that clients send, as pictures.

Needs `mlxs-core[pictures]`, and imports it when a picture is first read.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from .errors import BadRequest

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""What is read, by Pillow's names. Others of its formats run programs, or are no pictures."""
LONGEST, MOST = 16_384, 64 * 2**20
"""Pixels of a side and in all, at most: a file of a few kilobytes may claim any number."""


def read(file: bytes, *, param: str) -> Image:
    """The first picture in a file, as it is to be looked at: RGBA where it is transparent somewhere, else RGB.

    Args:
        param: The field it came in.

    Raises BadRequest where it cannot be read, or is too large; the latter before it is unpacked.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with a file's metadata is nobody's concern
            with Image.open(io.BytesIO(file), formats=FORMATS) as picture:
                _check(picture.width, picture.height, param)
                picture.load()
                upright = _ranged(ImageOps.exif_transpose(picture), param)
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except BadRequest:
        raise
    except Image.DecompressionBombError:  # Pillow has limits of its own
        raise _too_large("too many", param) from None
    except UnidentifiedImageError:
        said = f"{param}: this is no picture; send a file of one of the formats {', '.join(FORMATS)}"
        raise BadRequest(said, code="invalid_image", param=param) from None
    except Exception as error:  # decoders fail in as many ways as files are damaged
        said = f"{param}: the picture is damaged: {error}"
        raise BadRequest(said, code="invalid_image", param=param) from None


def opaque(picture: Image) -> Image:
    """A picture on white, for models, which see no transparency."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _ranged(picture: Image, param: str) -> Image:
    """A picture of 8 bits a channel: what is beyond, Pillow would cut off, and a grey picture of 16 bits be white."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda grey: grey / 257).convert("L")
    if picture.mode in ("I", "F"):
        said = f"{param}: nobody knows what is white in a picture of 32 bits a pixel; send one of 8 or 16 bits"
        raise BadRequest(said, code="invalid_image", param=param)
    return picture


def _check(width: int, height: int, param: str) -> None:
    if max(width, height) > LONGEST or width * height > MOST:
        raise _too_large(f"{width}x{height}", param)


def _too_large(size: str, param: str) -> BadRequest:
    most = f"at most {LONGEST} a side and {MOST // 2**20} million in all"
    return BadRequest(
        f"{param}: the picture has {size} pixels; send one with {most}", code="invalid_image", param=param
    )
