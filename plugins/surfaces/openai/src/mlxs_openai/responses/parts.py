"""Parts of a message or of a tool's output. https://platform.openai.com/docs/api-reference/responses/create#input"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.requests import ImagePart, Part, TextPart, VideoPart

from ..messages import AudioBody, Body, RefusalBody, TextBody

Content = str | tuple[Part, ...]


class ImageBody(Body):
    type: Literal["input_image"]
    image_url: str | None = None
    file_id: str | None = None
    detail: Literal["auto", "low", "high", "original"] | None = None

    def part(self) -> Part:
        if self.image_url is None:
            raise BadRequest(
                "an input_image needs its image_url, an address or a data URI; this server keeps no files for file_id",
                param="input",
            )
        detail = self.detail if self.detail in ("low", "high") else "high" if self.detail == "original" else "auto"
        return ImagePart(url=self.image_url, detail=detail)


class VideoBody(Body):
    type: Literal["input_video"]
    video_url: str

    def part(self) -> Part:
        return VideoPart(url=self.video_url)


class FileBody(Body):
    type: Literal["input_file"]

    def part(self) -> Part:
        raise BadRequest(
            "input_file is not supported: send what the file says as input_text, and a picture as input_image",
            param="input",
        )


PartBody = Annotated[TextBody | RefusalBody | ImageBody | AudioBody | VideoBody | FileBody, Field(discriminator="type")]
ContentBody = str | list[PartBody]


def content(given: ContentBody) -> Content:
    """What the model reads. Raises BadRequest where a part is none that it can."""
    if isinstance(given, str):
        return given
    parts = tuple(body.part() for body in given)
    if len(parts) == 1 and isinstance(parts[0], TextPart):
        return parts[0].text
    return parts


def told(given: ContentBody, *, answered: bool = False) -> list[dict[str, Any]]:
    """The parts as they are listed, of what was put in or `answered`."""
    bodies: Sequence[PartBody] = [TextBody(type="text", text=given)] if isinstance(given, str) else given
    return [_told(body, answered) for body in bodies]


def _told(body: PartBody, answered: bool) -> dict[str, Any]:
    match body:
        case TextBody(text=text) if answered:
            return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        case TextBody(text=text):
            return {"type": "input_text", "text": text}
        case ImageBody(image_url=url):
            return {"type": "input_image", "image_url": url, "detail": body.detail or "auto"}
    return body.model_dump()
