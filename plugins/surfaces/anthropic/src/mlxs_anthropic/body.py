"""What clients send to `/v1/messages`, and the request it means.

https://platform.claude.com/docs/en/api/messages/create, with `chat_template_kwargs` as local servers
have it. Fields nobody knows are ignored, and so are those that steer Anthropic's own house:
`cache_control`, `metadata`, `service_tier`. Those that are known and cannot be honoured are refused.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.grammar import Grammar, Json
from mlxs.requests import ChatRequest, SamplingParams
from mlxs.server.effort import reasoning
from mlxs.server.schemas import check_schema

from .blocks import TextBlock
from .sources import Body
from .tools import ToolBody, ToolChoiceBody
from .turns import MessageBody, system, turns


class Thinking(Body):
    type: Literal["enabled", "disabled", "adaptive"]
    budget_tokens: int | None = Field(None, ge=0)
    display: Literal["summarized", "omitted"] | None = None


class Format(Body):
    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class OutputConfig(Body):
    effort: str | None = None
    format: Format | None = None


class PromptBody(Body):
    """A prompt: all that makes one up, and so all that `count_tokens` is told."""

    messages: list[MessageBody]
    model: str = ""
    system: str | list[TextBlock] | None = None
    tools: list[ToolBody] | None = None
    tool_choice: ToolChoiceBody | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    output_format: Format | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    container: Any = None
    mcp_servers: list[Any] | None = None
    thread: Any = None

    def request(self) -> ChatRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self._refuse()
        choice = self.tool_choice or ToolChoiceBody(type="auto")
        template, thought_tokens = self._thinking()
        return ChatRequest(
            model=self.model,
            messages=(*system(self.system), *turns(self.messages)),
            tools=tuple(tool.tool(f"tools.{n}") for n, tool in enumerate(self.tools or ())),
            tool_choice=choice.choice(),
            parallel_tool_calls=not choice.disable_parallel_tool_use,
            template=template,
            thought_tokens=thought_tokens,
            format=self._format(),
        )

    def _refuse(self) -> None:
        unsupported = {
            "container": "this server runs no code",
            "mcp_servers": "have your client connect to them, and send their tools",
            "thread": "send the whole conversation",
        }
        for name, instead in unsupported.items():
            if getattr(self, name):
                raise BadRequest(f"{name} is not supported: {instead}", param=name)

    def _thinking(self) -> tuple[dict[str, Any], int | None]:
        """Variables of the chat template, and how many tokens a thought may have; None: any number."""
        effort = self.output_config.effort if self.output_config else None
        if self.thinking is None:
            said, most = reasoning(effort, None, None)
        else:
            said, most = reasoning(effort, self.thinking.budget_tokens, self.thinking.type != "disabled")
        return {**said, **(self.chat_template_kwargs or {})}, most

    def _format(self) -> Grammar | None:
        format = (self.output_config and self.output_config.format) or self.output_format
        if format is None:
            return None
        check_schema(format.schema_, "output_config.format.schema")
        return Json(format.schema_)


class CreateBody(PromptBody):
    """A request for the next message."""

    max_tokens: int
    stream: bool | None = None
    stop_sequences: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    context_management: dict[str, Any] | None = None

    @property
    def sampling(self) -> SamplingParams:
        """How the answer's tokens are chosen."""
        return SamplingParams(
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            stop=tuple(self.stop_sequences or ()),
        )

    @property
    def shows_thoughts(self) -> bool:
        """Whether the client wants to see what the model thinks."""
        return not (self.thinking and self.thinking.display == "omitted")
