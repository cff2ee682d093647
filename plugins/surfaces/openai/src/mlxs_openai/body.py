"""What clients send to `/v1/chat/completions`, and the request it means.

https://platform.openai.com/docs/api-reference/chat/create, with the fields that local servers have
added to it: top_k, min_p, xtc_*, *_context_size, repetition_penalty, chat_template_kwargs,
enable_thinking, guided_*, structured_outputs. Fields nobody knows are ignored; those that are known
and cannot be honoured are refused.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.grammar import Grammar
from mlxs.requests import ChatRequest, SamplingParams

from .format import ResponseFormat, StructuredOutputs, structured
from .messages import Body, MessageBody
from .tools import ToolBody, tool_choice


class StreamOptions(Body):
    include_usage: bool | None = None


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
    structured_outputs: StructuredOutputs | None = None
    guided_json: dict[str, Any] | str | None = None
    guided_regex: str | None = None
    guided_choice: list[str] | None = None
    guided_grammar: str | None = None
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
            tool_choice=tool_choice(self.tool_choice),
            parallel_tool_calls=self.parallel_tool_calls is not False,
            sampling=self._sampling(),
            template=self._template(),
            format=self._format(),
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

    def _format(self) -> Grammar | None:
        guided = StructuredOutputs.model_validate(
            {
                "json": self.guided_json,
                "regex": self.guided_regex,
                "choice": self.guided_choice,
                "grammar": self.guided_grammar,
            }
        )
        said = [*structured(guided, "guided")]
        if self.structured_outputs:
            said += structured(self.structured_outputs, "structured_outputs")
        if self.response_format and (grammar := self.response_format.grammar()):
            said.append(grammar)
        if len(said) > 1:
            raise BadRequest("several formats are asked for at once; send one of them", param="response_format")
        return said[0] if said else None

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
