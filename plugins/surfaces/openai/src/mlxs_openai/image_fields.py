"""What clients may say of a picture they want, whether it is made or changed.

https://platform.openai.com/docs/api-reference/images, with `seed`, `steps`, `guidance` and
`negative_prompt`, as servers of open models have them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field

from mlxs.errors import BadRequest
from mlxs.tasks.image import ImageRequest

MOST = 10
"""Pictures of one request, as at OpenAI."""

EFFORTS = {"low": 0.5, "medium": 1.0, "standard": 1.0, "auto": 1.0, "high": 1.5, "hd": 1.5, "xhigh": 2.0, "max": 3.0}
"""How many times the model's own number of steps a quality means."""

_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")


TWINS = {"steps": "num_inference_steps", "guidance": "guidance_scale"}
"""Fields that some clients call otherwise."""


class ImageFields(BaseModel):
    """How a picture is to be made, and sent."""

    prompt: str
    model: str = ""
    n: int | None = Field(None, ge=1, le=MOST)
    size: str | None = None
    seed: int | None = Field(None, ge=0, lt=2**63)
    steps: int | None = Field(None, ge=1, le=1000)
    num_inference_steps: int | None = Field(None, ge=1, le=1000)
    guidance: float | None = None
    guidance_scale: float | None = None
    negative_prompt: str | None = None
    quality: Literal["auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"] | None = None
    background: Literal["auto", "opaque", "transparent"] | None = None
    response_format: Literal["b64_json", "url"] | None = None
    output_format: Literal["png", "jpeg", "webp"] | None = None
    output_compression: int | None = Field(None, ge=0, le=100)
    stream: bool | None = None
    partial_images: int | None = Field(None, ge=0, le=3)
    progress: bool | None = None
    style: str | None = None
    complexity: str | None = None
    frame_count: int | None = None

    def requests(self) -> list[ImageRequest]:
        """What it means, a request a picture. Raises BadRequest where that is nothing we can do."""
        self.refuse()
        return self.each(ImageRequest(**self.common()))

    def each(self, asked: ImageRequest) -> list[ImageRequest]:
        """As many requests as pictures are wanted, each with a seed of its own."""
        numbers = range(self.n or 1)
        return [replace(asked, seed=None if self.seed is None else self.seed + number) for number in numbers]

    def common(self) -> dict[str, Any]:
        """What requests to make and to change pictures share."""
        width, height = self._sides()
        compression = {} if self.output_compression is None else {"quality": self.output_compression}
        return {
            "prompt": self.prompt,
            "model": self.model,
            "width": width,
            "height": height,
            "steps": self._either("steps"),
            "effort": EFFORTS[self.quality or "auto"],
            "guidance": self._either("guidance"),
            "negative_prompt": self.negative_prompt,
            "previews": self.partial_images or 0 if self.stream else 0,
            "format": self.output_format or "png",
            **compression,
        }

    def refuse(self) -> None:
        """Raise BadRequest where something was sent that cannot be had."""
        refused = {
            "style": (self.style, "say it in the prompt"),
            "background": (self.background == "transparent", "these models draw every pixel"),
            "complexity": (self.complexity, "send `steps`, or `quality`"),
            "frame_count": (self.frame_count, "pictures do not move here"),
        }
        for param, (sent, advice) in refused.items():
            if sent:
                raise BadRequest(f"{param}: this is not supported; {advice}", param=param)
        if self._either("steps") is not None and EFFORTS[self.quality or "auto"] != 1:
            raise BadRequest("quality: it means a number of steps; send steps, or quality", param="quality")
        if self.output_compression not in (None, 100) and self.output_format in (None, "png"):
            message = "output_compression: a PNG loses nothing; send output_format: jpeg or webp"
            raise BadRequest(message, param="output_compression")
        if self.stream and self.response_format == "url":
            raise BadRequest("response_format: a stream has the pictures in it; send b64_json", param="response_format")
        for param in ("partial_images", "progress"):
            if getattr(self, param) and not self.stream:
                raise BadRequest(f"{param} needs stream: true", param=param)

    def _either(self, name: str) -> Any:
        """What was said by a name, or by its twin."""
        said, twin = getattr(self, name), getattr(self, TWINS[name])
        if said is not None and twin is not None:
            raise BadRequest(f"{TWINS[name]}: it means what {name} means; send one of them", param=TWINS[name])
        return twin if said is None else said

    def _sides(self) -> tuple[int | None, int | None]:
        if self.size in (None, "", "auto"):
            return None, None
        if not (sides := _SIZE.fullmatch(str(self.size))):
            raise BadRequest(f"size: send it as 1024x1024, or auto, not {self.size!r}", param="size")
        return int(sides[1]), int(sides[2])
