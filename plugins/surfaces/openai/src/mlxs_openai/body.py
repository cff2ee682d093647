"""What clients send to `/v1/chat/completions`, and the request it means.

https://platform.openai.com/docs/api-reference/chat/create. Fields nobody knows are ignored; those
that are known and cannot be honoured are refused.
"""

from __future__ import annotations

from typing import Any

from mlxs.errors import BadRequest
from mlxs.requests import ChatRequest

from .messages import MessageBody
from .reasoning import ReasoningBody
from .sampling import SamplingBody
from .tools import ToolBody, tool_choice


class ChatBody(SamplingBody, ReasoningBody):
    """A request for a chat completion."""

    messages: list[MessageBody]
    tools: list[ToolBody] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    functions: list[Any] | None = None
    function_call: Any = None
    web_search_options: dict[str, Any] | None = None

    def request(self) -> ChatRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self._refuse()
        template, thought_tokens = self.template()
        said = {} if self.max_completion_tokens is None else {"max_tokens": self.max_completion_tokens}
        return ChatRequest(
            model=self.model,
            messages=tuple(message.message(f"messages.{n}") for n, message in enumerate(self.messages)),
            tools=tuple(tool.tool(f"tools.{n}") for n, tool in enumerate(self.tools or ())),
            tool_choice=tool_choice(self.tool_choice),
            parallel_tool_calls=self.parallel_tool_calls is not False,
            sampling=self.sampling(logprobs=bool(self.logprobs), top_logprobs=self.top_logprobs or 0, **said),
            template=template,
            thought_tokens=thought_tokens,
            format=self.format(),
        )

    def _refuse(self) -> None:
        if self.top_logprobs is not None and not self.logprobs:
            raise BadRequest("top_logprobs needs logprobs: true", param="top_logprobs")
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
