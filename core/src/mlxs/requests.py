"""What is asked of a model, in no API's dialect.

Surfaces build these from their JSON, converters and hooks may change them, the wire carries them
into the model's process. They are data only; `worker.wire` gives them their JSON form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .grammar import Grammar

Schema = Mapping[str, Any]
"""A JSON Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePart:
    """An image; `url` is a data URI or an http(s) address."""

    url: str
    detail: Literal["auto", "low", "high"] = "auto"
    type: Literal["image"] = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioPart:
    """Sound, base64, in the container that `format` names."""

    data: str
    format: str = "wav"
    type: Literal["audio"] = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPart:
    """A film; `url` is a data URI or an http(s) address."""

    url: str
    type: Literal["video"] = "video"


Part = TextPart | ImagePart | AudioPart | VideoPart


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call the assistant made earlier in the conversation.

    Args:
        arguments: JSON text as the client sent it, or the object itself where a converter made it
            one because the chat template wants that.
    """

    id: str
    name: str
    arguments: str | dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn.

    Args:
        role: `system`, `developer`, `user`, `assistant`, `tool`, or one the template knows.
        content: Text, parts, or None (an assistant turn that only calls tools).
        reasoning: What the assistant thought in that turn, where the client kept it.
        tool_call_id: For `tool` turns: the call this answers.
        name: The speaker, or the tool, where the client names it.
    """

    role: str
    content: str | tuple[Part, ...] | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None

    @property
    def text(self) -> str:
        """The words of the content; "" where there are none."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content or () if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function the model may call.

    Args:
        parameters: A JSON Schema of its arguments.
        strict: Whether calls are kept to that schema.
        custom: Whether it takes one text instead, which is then the argument `input`.
    """

    name: str
    description: str | None = None
    parameters: Schema = field(default_factory=lambda: {"type": "object", "properties": {}})
    strict: bool | None = None
    custom: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoice:
    """Whether the model may, must or must not call; `names` narrows which tools."""

    mode: Literal["auto", "none", "required"] = "auto"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """How the next token is chosen. None means: as the model's own defaults say.

    Args:
        max_tokens: Tokens of the answer at most.
        stop: Strings that end the answer; they are not part of it.
        seed: Same seed, same answer, whatever shares the batch.
        logit_bias: Token id to a number added to its logit.
        logprobs: Whether each token's probability is wanted.
        top_logprobs: How many alternatives per token, 0 to 20.
        *_context_size: How many last tokens a penalty looks at.
    """

    max_tokens: int | None = None
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
    logit_bias: dict[int, float] = field(default_factory=dict)
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: bool = False
    top_logprobs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """How a model marks its thoughts.

    Args:
        opening, closing: Tags.
        ends: What else ends a thought, such as the beginning of a call.
        begun: Whether an answer begins with a thought, opening tag or not.
        again: Whether there may be another thought after the first.
    """

    opening: str
    closing: str
    ends: tuple[str, ...] = ()
    begun: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A conversation to go on with.

    Args:
        model: The name the client asked for; "" where it named none.
        template: Extra variables for the chat template, such as `enable_thinking`.
        thought_tokens: Tokens of a thought at most; then it is closed, and the answer follows. None: any number.
        thought: How the model marks a thought, None where it has none; set by the server.
        format: What the text of the answer must look like.
        constraint: `format` and `tool_choice` put together for the model at hand: all of the answer that
            is no thought is kept to it, token by token; set by the server.
    """

    messages: tuple[Message, ...]
    model: str = ""
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = field(default_factory=ToolChoice)
    parallel_tool_calls: bool = True
    sampling: SamplingParams = field(default_factory=SamplingParams)
    template: dict[str, Any] = field(default_factory=dict)
    thought_tokens: int | None = None
    thought: Thought | None = None
    format: Grammar | None = None
    constraint: Grammar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """Text, or token ids, to go on with.

    Args:
        constraint: What the answer is kept to, token by token.
    """

    prompt: str | tuple[int, ...]
    model: str = ""
    sampling: SamplingParams = field(default_factory=SamplingParams)
    constraint: Grammar | None = None


Request = ChatRequest | CompletionRequest
