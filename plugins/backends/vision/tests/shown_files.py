"""Files that a conversation may show, made here: pictures, sounds and films."""

from __future__ import annotations

import io
import wave
from base64 import b64encode
from typing import Any

import av
import numpy as np
from PIL import Image


def noise(seed: int, width: int = 64, height: int = 48) -> Any:
    """A picture that is like no other."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


def png(picture: Any, kind: str = "PNG") -> bytes:
    into = io.BytesIO()
    picture.save(into, kind)
    return into.getvalue()


def uri(file: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{b64encode(file).decode()}"


def wav(pitch: int, seconds: float = 0.5) -> str:
    """A tone, base64."""
    into = io.BytesIO()
    with wave.open(into, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        times = np.arange(int(seconds * 16_000)) / 16_000
        file.writeframes((np.sin(times * pitch * 2 * np.pi) * 20_000).astype("<i2").tobytes())
    return b64encode(into.getvalue()).decode()


def film(frames: int, fps: int = 4) -> bytes:
    """A short film of noise."""
    into = io.BytesIO()
    with av.open(into, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(frames):
            picture = np.asarray(noise(number, 8, 8).resize((64, 64)))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return into.getvalue()
