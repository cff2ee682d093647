"""Messages as clients send them: content as text, parts or nothing.

https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlxs.errors import BadRequest
from mlxs.requests import AudioPart, ImagePart, Message, Part, TextPart, ToolCall, VideoPart

ROLES = ("system", "developer", "user", "assistant", "tool")


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", protected_namespaces=())


class TextBody(Body):
    type: Literal["text", "input_text", "output_text"]
    text: str

    def part(self) -> Part:
        return TextPart(text=self.text)


class RefusalBody(Body):
    type: Literal["refusal"]
    refusal: str

    def part(self) -> Part:
        return TextPart(text=self.refusal)


class Image(Body):
    url: str
    detail: Literal["auto", "low", "high"] | None = None

    def part(self) -> Part:
        return ImagePart(url=self.url, detail=self.detail or "auto")


class ImageBody(Body):
    type: Literal["image_url"]
    image_url: Image

    def part(self) -> Part:
        return self.image_url.part()


class Audio(Body):
    data: str
    format: str = "wav"

    def part(self) -> Part:
        return AudioPart(data=self.data, format=self.format)


class AudioBody(Body):
    type: Literal["input_audio"]
    input_audio: Audio

    def part(self) -> Part:
        return self.input_audio.part()


class Video(Body):
    url: str

    def part(self) -> Part:
        return VideoPart(url=self.url)


class VideoBody(Body):
    type: Literal["video_url"]
    video_url: Video

    def part(self) -> Part:
        return self.video_url.part()


PartBody = Annotated[TextBody | RefusalBody | ImageBody | AudioBody | VideoBody, Field(discriminator="type")]


class FunctionCall(Body):
    name: str
    arguments: str = ""


class CustomCall(Body):
    name: str
    input: str = ""


class ToolCallBody(Body):
    id: str
    function: FunctionCall | None = None
    custom: CustomCall | None = None

    def call(self, param: str) -> ToolCall:
        if self.custom:
            return ToolCall(id=self.id, name=self.custom.name, arguments=json.dumps({"input": self.custom.input}))
        if self.function is None:
            raise BadRequest(f"{param}.function is missing", param=param)
        return ToolCall(id=self.id, name=self.function.name, arguments=self.function.arguments or "{}")


class MessageBody(Body):
    role: str
    content: str | list[PartBody] | None = None
    name: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[ToolCallBody] | None = None
    tool_call_id: str | None = None

    def message(self, param: str) -> Message:
        if self.role not in ROLES:
            raise BadRequest(f"{param}.role: {self.role!r} is none of {', '.join(ROLES)}", param=f"{param}.role")
        content = self.content if not isinstance(self.content, list) else tuple(part.part() for part in self.content)
        return Message(
            role=self.role,
            content=content,
            reasoning=self.reasoning_content if self.reasoning_content is not None else self.reasoning,
            tool_calls=tuple(call.call(f"{param}.tool_calls.{n}") for n, call in enumerate(self.tool_calls or ())),
            tool_call_id=self.tool_call_id,
            name=self.name,
        )
