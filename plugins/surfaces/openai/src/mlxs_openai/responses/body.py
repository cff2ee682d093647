"""What clients send to `/v1/responses`, and the request it means.

https://platform.openai.com/docs/api-reference/responses/create, with the sampling fields that local
servers have added to it. Fields nobody knows are ignored, such as Codex's client_metadata; those that
are known and cannot be honoured are refused.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.grammar import Grammar
from mlxs.requests import SamplingParams

from .. import reasoning
from ..format import JsonSchema, ResponseFormat
from ..messages import Body
from ..sampling import SamplingFields

Include = Literal[
    "code_interpreter_call.outputs",
    "computer_call_output.output.image_url",
    "file_search_call.results",
    "message.input_image.image_url",
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
    "web_search_call.action.sources",
    "web_search_call.results",
]


class Reasoning(reasoning.Reasoning):
    summary: Literal["auto", "concise", "detailed", "none"] | None = None
    generate_summary: Literal["auto", "concise", "detailed"] | None = None


class TextFormat(Body):
    type: Literal["text", "json_object", "json_schema"]
    name: str = "answer"
    description: str | None = None
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None

    def grammar(self) -> Grammar | None:
        """What the text must look like; None where it may look like anything."""
        schema = None
        if self.type == "json_schema":
            if self.schema_ is None:
                raise BadRequest("text.format.schema is missing", param="text.format.schema")
            schema = JsonSchema(schema=self.schema_)
        return ResponseFormat(type=self.type, json_schema=schema).grammar()

    def told(self) -> dict[str, Any]:
        if self.type != "json_schema":
            return {"type": self.type}
        return {
            "type": "json_schema",
            "name": self.name,
            "description": self.description,
            "schema": self.schema_,
            "strict": self.strict,
        }


class Text(Body):
    format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class Conversation(Body):
    id: str


class AskBody(reasoning.ReasoningBody):
    """What a request asks about; as much as counting its tokens takes."""

    input: str | list[Any] | None = None
    model: str | None = None
    instructions: str | None = None
    tools: list[Any] | None = None
    tool_choice: Any = None
    parallel_tool_calls: bool | None = None
    previous_response_id: str | None = None
    conversation: str | Conversation | None = None
    reasoning: Reasoning | None = None
    text: Text | None = None
    truncation: Literal["auto", "disabled"] | None = None
    prompt: Any = None
    context_management: list[Any] | None = None

    @property
    def conversation_id(self) -> str | None:
        """The id of the conversation, however it was given."""
        return self.conversation.id if isinstance(self.conversation, Conversation) else self.conversation

    @property
    def format(self) -> TextFormat:
        """What the text must look like."""
        return (self.text and self.text.format) or TextFormat.model_validate({"type": "text"})

    def refuse(self) -> None:
        """Raise BadRequest where a field is no use here."""
        if self.prompt is not None:
            raise BadRequest(
                "prompt is not supported: this server keeps no templates; send instructions and input", param="prompt"
            )
        if self.context_management:
            raise BadRequest(
                "context_management is not supported: send the conversation to /v1/responses/compact when it is long",
                param="context_management",
            )
        if self.previous_response_id is not None and self.conversation is not None:
            raise BadRequest(
                "previous_response_id and conversation both say what came before; send one of them",
                param="previous_response_id",
            )

    def template(self) -> tuple[dict[str, Any], int | None]:
        said, budget = super().template()
        verbosity = {"verbosity": self.text.verbosity} if self.text and self.text.verbosity else {}
        return {**verbosity, **said}, budget


class ResponseBody(AskBody, SamplingFields):
    """A request for a response."""

    stream: bool | None = None
    store: bool | None = None
    background: bool | None = None
    include: list[Include] | None = None
    metadata: dict[str, str] | None = Field(None, max_length=16)
    max_output_tokens: int | None = None
    max_tool_calls: int | None = Field(None, ge=1)
    top_logprobs: int | None = Field(None, ge=0, le=20)
    user: str | None = None
    prompt_cache_key: str | None = None
    safety_identifier: str | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"] | None = None

    def refuse(self) -> None:
        super().refuse()
        if self.background and self.store is False:
            raise BadRequest(
                "background needs store: a response that nobody waits for must be kept", param="background"
            )

    def includes(self, what: Include) -> bool:
        """Whether the client wants that in its items."""
        return what in (self.include or ())

    def sampling(self, **said: Any) -> SamplingParams:
        top = self.top_logprobs or 0
        logprobs = self.includes("message.output_text.logprobs") or top > 0
        most = {} if self.max_output_tokens is None else {"max_tokens": self.max_output_tokens}
        return super().sampling(logprobs=logprobs, top_logprobs=top, **most, **said)
