"""What clients send to `/v1/chat/completions`, and the request it means.

https://platform.openai.com/docs/api-reference/chat/create, with the fields that local servers have
added to it: top_k, min_p, xtc_*, *_context_size, repetition_penalty, chat_template_kwargs,
enable_thinking. Fields nobody knows are ignored; those that are known and cannot be honoured are
refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlxs.errors import BadRequest
from mlxs.requests import (
    AudioPart,
    ChatRequest,
    ImagePart,
    Message,
    Part,
    SamplingParams,
    TextPart,
    Tool,
    ToolCall,
    ToolChoice,
    VideoPart,
)

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


class ImageBody(Body):
    type: Literal["image_url"]
    image_url: Image

    def part(self) -> Part:
        return ImagePart(url=self.image_url.url, detail=self.image_url.detail or "auto")


class Audio(Body):
    data: str
    format: str = "wav"


class AudioBody(Body):
    type: Literal["input_audio"]
    input_audio: Audio

    def part(self) -> Part:
        return AudioPart(data=self.input_audio.data, format=self.input_audio.format)


class Video(Body):
    url: str


class VideoBody(Body):
    type: Literal["video_url"]
    video_url: Video

    def part(self) -> Part:
        return VideoPart(url=self.video_url.url)


PartBody = Annotated[TextBody | RefusalBody | ImageBody | AudioBody | VideoBody, Field(discriminator="type")]


class FunctionCall(Body):
    name: str
    arguments: str = ""


class ToolCallBody(Body):
    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


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
            tool_calls=tuple(
                ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments or "{}")
                for call in self.tool_calls or ()
            ),
            tool_call_id=self.tool_call_id,
            name=self.name,
        )


class Function(Body):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolBody(Body):
    type: str
    function: Function | None = None

    def tool(self, param: str) -> Tool:
        if self.type != "function":
            raise BadRequest(f"{param}: tools of type {self.type!r} are not supported, only 'function'", param=param)
        if self.function is None:
            raise BadRequest(f"{param}.function is missing", param=f"{param}.function")
        if self.function.strict:
            raise BadRequest(
                f"{param}: strict tools are not supported; leave out strict", param=f"{param}.function.strict"
            )
        tool = Tool(name=self.function.name, description=self.function.description)
        return replace(tool, parameters=self.function.parameters) if self.function.parameters else tool


class StreamOptions(Body):
    include_usage: bool | None = None


class ResponseFormat(Body):
    type: str


class ChatBody(Body):
    """A request for a chat completion."""

    messages: list[MessageBody]
    model: str = ""
    tools: list[ToolBody] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=128)
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    repetition_penalty: float | None = None
    repetition_context_size: int | None = None
    presence_penalty: float | None = None
    presence_context_size: int | None = None
    frequency_penalty: float | None = None
    frequency_context_size: int | None = None
    logit_bias: dict[str, float] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: str | None = None
    enable_thinking: bool | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    functions: list[Any] | None = None
    function_call: Any = None
    web_search_options: dict[str, Any] | None = None

    def request(self) -> ChatRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self._refuse()
        return ChatRequest(
            model=self.model,
            messages=tuple(message.message(f"messages.{n}") for n, message in enumerate(self.messages)),
            tools=tuple(tool.tool(f"tools.{n}") for n, tool in enumerate(self.tools or ())),
            tool_choice=self._tool_choice(),
            parallel_tool_calls=self.parallel_tool_calls is not False,
            sampling=self._sampling(),
            template=self._template(),
        )

    def _refuse(self) -> None:
        unsupported = {
            "functions": (self.functions, "send `tools`"),
            "function_call": (self.function_call, "send `tool_choice`"),
            "audio": (self.audio, "this server answers in text"),
            "web_search_options": (self.web_search_options, "this server does not search the web"),
        }
        for name, (value, instead) in unsupported.items():
            if value is not None:
                raise BadRequest(f"{name} is not supported: {instead}", param=name)
        if self.modalities and self.modalities != ["text"]:
            raise BadRequest(f"modalities: only ['text'] is supported, not {self.modalities}", param="modalities")
        if self.response_format and self.response_format.type != "text":
            raise BadRequest(f"response_format {self.response_format.type!r} is not supported", param="response_format")

    def _tool_choice(self) -> ToolChoice:
        match self.tool_choice:
            case None | "auto":
                return ToolChoice()
            case "none":
                return ToolChoice(mode="none")
            case "required" | {"type": "function" | "allowed_tools"}:
                raise BadRequest("tool_choice: only 'auto' and 'none' are supported", param="tool_choice")
        raise BadRequest("tool_choice must be 'none', 'auto', 'required' or name a function", param="tool_choice")

    def _sampling(self) -> SamplingParams:
        if self.top_logprobs is not None and not self.logprobs:
            raise BadRequest("top_logprobs needs logprobs: true", param="top_logprobs")
        said = {name: value for name in _SAMPLING if (value := getattr(self, name)) is not None}
        if self.max_completion_tokens is not None:
            said["max_tokens"] = self.max_completion_tokens
        return SamplingParams(
            **said,
            stop=(self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()),
            logit_bias=_logit_bias(self.logit_bias or {}),
            logprobs=bool(self.logprobs),
            top_logprobs=self.top_logprobs or 0,
        )

    def _template(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if self.reasoning_effort is not None:
            said["reasoning_effort"] = self.reasoning_effort
            if self.reasoning_effort == "none":
                said["enable_thinking"] = False
        if self.enable_thinking is not None:
            said["enable_thinking"] = self.enable_thinking
        return {**said, **(self.chat_template_kwargs or {})}


_SAMPLING = sorted(
    set(ChatBody.model_fields)
    & set(SamplingParams.__dataclass_fields__) - {"stop", "logit_bias", "logprobs", "top_logprobs"}
)


def _logit_bias(given: dict[str, float]) -> dict[int, float]:
    try:
        bias = {int(token): value for token, value in given.items()}
    except ValueError:
        raise BadRequest("logit_bias: its keys must be token ids", param="logit_bias") from None
    if any(not -100 <= value <= 100 for value in bias.values()):
        raise BadRequest("logit_bias: its values must be from -100 to 100", param="logit_bias")
    return bias
