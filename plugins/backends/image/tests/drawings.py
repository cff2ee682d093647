"""Pictures to give to models, and the pictures that they give."""

from __future__ import annotations

import io
import struct
import zlib
from base64 import b64decode, b64encode
from typing import Any

import numpy as np
from PIL import Image


def noise(seed: int, width: int = 48, height: int = 32) -> Image.Image:
    """A picture of which no two parts are alike."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def file(image: Image.Image, kind: str = "png") -> str:
    """A picture's file, base64."""
    return b64encode(written(image, kind)).decode()


def written(image: Image.Image, kind: str = "png") -> bytes:
    """A picture's file."""
    into = io.BytesIO()
    image.save(into, kind)
    return into.getvalue()


def claimed(width: int, height: int) -> str:
    """A file that claims so many pixels, and has none."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    file = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b64encode(file + struct.pack(">I", 4) + b"IDAT").decode()


def hole(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """A mask: opaque but for a box of left, upper, right and lower edge."""
    mask = Image.new("RGBA", image.size, "white")
    mask.paste((0, 0, 0, 0), box)
    return mask


def pixels(data: str) -> Any:
    """What is to be seen in a file, base64, as numbers from 0 to 255, shape (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(b64decode(data))).convert("RGB")).astype(int)
