"""A backend for models that turn text into text: all but the arithmetic.

The author supplies a tokenizer (`encode`, `decoder`, `render`) and `generate`; for continuous
batching see `mlxs.batching`. Templates, the generation prompt, stop strings, limits, usage and
logprobs are done here, once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Generic, Literal, Protocol, TypeVar

from .backends import Backend, ChatModel, CompletionModel, Done, Piece, Prompted, Replies
from .constraint import Matcher, Vocabulary
from .errors import BadRequest
from .events import TextDelta, TokenLogprob
from .options import TextModelOptions
from .parsing import Parser, Scanner, Script
from .probing.probes import PROBES, TOOLS
from .requests import ChatRequest, CompletionRequest, Constraint, Message, SamplingParams, Tool

OptionsT = TypeVar("OptionsT", bound=TextModelOptions)

THOUGHT_KEYS = ("reasoning_content", "reasoning", "thinking")
"""What templates call the thoughts of a message."""

BUILT_IN = {
    "max_tokens": 100_000,
    "temperature": 1.0,
    "top_p": 1.0,
    "top_k": 20,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
}
"""Where request, option and checkpoint are all silent."""


@dataclass(frozen=True, slots=True)
class Token:
    """One step of one answer.

    Args:
        id: The token.
        logprob: Its natural log probability; None unless asked for.
        top: The likeliest ids with their log probabilities, likeliest first.
        finish: `stop` where this token ends the answer and is no part of it; `length` where it is the last.
    """

    id: int
    logprob: float | None = None
    top: tuple[tuple[int, float], ...] = ()
    finish: Literal["stop", "length"] | None = None


@dataclass(slots=True)
class Job:
    """A request, ready for the model.

    Args:
        prompt: Token ids.
        sampling: Every default filled in; `max_tokens` fits the context.
        generation_prompt: The end of the prompt that the answer begins with.
        matcher: Says which tokens may come next, where the answer is constrained.
        cached: To be set by the backend: how many tokens of the prompt a cache held.
    """

    prompt: list[int]
    sampling: SamplingParams
    generation_prompt: str = ""
    matcher: Matcher | None = None
    cached: int = 0


class Decoder(Protocol):
    """Turns one answer's tokens into text, whole characters only."""

    def add(self, token: int) -> str:
        """The text that this token completes."""

    def finish(self) -> str:
        """What was still held back."""


class TextBackend(Backend[OptionsT], ChatModel, CompletionModel, Generic[OptionsT]):
    """A model that turns text into text.

    `load` sets `context_length`, `vocabulary_size`, `defaults` (what the checkpoint says of sampling,
    by the names of `SamplingParams`), `beginning` (what a text without a template begins with, such as
    BOS), and `vocabulary`, where answers can be constrained.
    """

    context_length: int | None = None
    vocabulary_size: int | None = None
    defaults: Mapping[str, Any] = {}
    beginning: Sequence[int] = ()
    vocabulary: Vocabulary | None = None

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """Token ids of a text, nothing added. Called beside the engine's thread."""

    @abstractmethod
    def decoder(self) -> Decoder:
        """A new decoder, for one answer."""

    @abstractmethod
    def token_text(self, token: int) -> tuple[str, bytes]:
        """A token by itself, as text and as bytes."""

    @abstractmethod
    def render(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None, variables: Mapping[str, Any]
    ) -> str:
        """The chat template's text; `variables` hold `add_generation_prompt`. Called beside the engine's thread.

        Raises BadRequest where the template refuses the conversation.
        """

    def probes(self) -> dict[str, str]:
        """What the chat template makes of the conversations of `mlxs.probing`, but for those it refuses."""
        tools, rendered = [template_tool(tool) for tool in TOOLS], dict[str, str]()
        for name, (asked, said) in PROBES.items():
            thought = dict.fromkeys(THOUGHT_KEYS, said.reasoning) if said.reasoning else {}
            messages = [template_message(asked), {**template_message(said), **thought}]
            with suppress(Exception):  # a template is a program, and may know no calls
                rendered[name] = self.render(messages, tools, {"add_generation_prompt": False})
        return rendered

    @abstractmethod
    def generate(self, job: Job) -> Iterator[Token | None]:
        """The answer, token by token; None while there is nothing. Sets `job.cached` before it first yields."""

    def prepare(self, request: ChatRequest | CompletionRequest) -> Job:
        if isinstance(request, CompletionRequest):
            return self._constrained(self._job(self._begun(request.prompt), request.sampling), request.constraint)
        _only_text(request.messages)
        messages = [template_message(message) for message in request.messages]
        tools = [template_tool(tool) for tool in request.tools] or None
        prompt_text = self.render(messages, tools, {**request.template, "add_generation_prompt": True})
        without = self.render(messages, tools, {**request.template, "add_generation_prompt": False})
        generation_prompt = prompt_text[len(without) :] if prompt_text.startswith(without) else ""
        job = replace(self._job(self._encode(prompt_text), request.sampling), generation_prompt=generation_prompt)
        return self._constrained(job, request.constraint)

    def _constrained(self, job: Job, constraint: Constraint | None) -> Job:
        if constraint is None:
            return job
        if self.vocabulary is None:
            raise BadRequest("this model's answers cannot be constrained; leave out the format and the tool choice")
        return replace(job, matcher=self.vocabulary.matcher(constraint, job.generation_prompt))

    def chat(self, request: Job) -> Replies:
        return self._answer(request)

    def complete(self, request: Job) -> Replies:
        return self._answer(request)

    def _answer(self, job: Job) -> Replies:
        decoder, stops = self.decoder(), _Stops(job.sampling.stop)
        begun, unsaid, logprobs = False, 0, list[TokenLogprob]()
        for token in self.generate(job):
            if not begun:
                yield Prompted(len(job.prompt), job.cached, job.generation_prompt)
                begun = True
            if token is None:
                yield None
                continue
            text = ""
            if token.finish != "stop":
                text, unsaid = decoder.add(token.id), unsaid + 1
                if token.logprob is not None:
                    logprobs.append(self._logprob(token))
            if token.finish:
                text += decoder.finish()
            text = stops.read(text, last=token.finish is not None)
            if text or token.finish or stops.found:
                yield Piece(text, unsaid, tuple(logprobs))
                unsaid, logprobs = 0, []
            if stops.found:
                yield Done("stop", stops.found)
                return
            if token.finish:
                yield Done(token.finish)
                return

    def _logprob(self, token: Token) -> TokenLogprob:
        def said(id: int, logprob: float) -> TokenLogprob:
            text, data = self.token_text(id)
            return TokenLogprob(text, logprob, tuple(data))

        return replace(said(token.id, token.logprob or 0.0), top=tuple(said(*other) for other in token.top))

    def _begun(self, prompt: str | tuple[int, ...]) -> list[int]:
        if not isinstance(prompt, str):
            return list(prompt)
        beginning, tokens = list(self.beginning), self._encode(prompt)
        return tokens if tokens[: len(beginning)] == beginning else beginning + tokens

    def _encode(self, text: str) -> list[int]:
        """Encode, but give up early on a text that is far too long."""
        if self.context_length is None or len(text) < 8 * self.context_length:
            return self.encode(text)
        size = 0
        for at in range(0, len(text), 1 << 16):
            size += len(self.encode(text[at : at + (1 << 16)]))
            if size > 2 * self.context_length:
                self._too_long(f"more than {size}")
        return self.encode(text)

    def _job(self, prompt: list[int], sampling: SamplingParams) -> Job:
        if not prompt:
            raise BadRequest("the prompt is empty; send at least one token", param="prompt")
        if self.context_length is not None and len(prompt) >= self.context_length:
            self._too_long(str(len(prompt)))
        size = self.vocabulary_size
        for param, ids in ("prompt", prompt), ("logit_bias", sampling.logit_bias):
            if size is not None and (wrong := [id for id in ids if not 0 <= id < size]):
                message = f"token id {wrong[0]} is out of range; this model has ids 0 to {size - 1}"
                raise BadRequest(message, param=param)
        settled = self._settle(sampling)
        if self.context_length is not None:
            room = self.context_length - len(prompt)
            settled = replace(settled, max_tokens=min(settled.max_tokens or room, room))
        return Job(prompt, settled)

    def _too_long(self, tokens: str) -> None:
        raise BadRequest(
            f"the prompt has {tokens} tokens, and this model's context is {self.context_length} for prompt and answer "
            "together; shorten the messages or tools, or serve a model with a longer context",
            code="context_length_exceeded",
            param="messages",
        )

    def _settle(self, sampling: SamplingParams) -> SamplingParams:
        """Fill in what the request does not say: option, then checkpoint, then `BUILT_IN`."""
        given = {name: value for name, value in asdict(sampling).items() if value is not None}
        options = {name: value for name in BUILT_IN if (value := getattr(self.options, name)) is not None}
        return SamplingParams(**{**BUILT_IN, **self.defaults, **options, **given})


class _Stops(Parser):
    """Holds text back until it can no longer turn into a stop string."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.found = ""
        self._stops = stops
        super().__init__()

    def parse(self, text: Scanner) -> Script[None]:
        self.found = yield from text.pour(TextDelta, *self._stops)
        yield from text.take()

    def read(self, text: str, *, last: bool) -> str:
        """What of the answer is certain by now."""
        if not self._stops:
            return text
        events = [*self.feed(text), *(self.finish() if last else ())]
        return "".join(event.text for event in events if isinstance(event, TextDelta))


def _only_text(messages: Sequence[Message]) -> None:
    for number, message in enumerate(messages):
        for part in message.content or () if not isinstance(message.content, str) else ():
            if part.type != "text":
                raise BadRequest(
                    f"this model reads text only, and the message has an {part.type} part; serve a model that takes "
                    "them with --model-type multimodal",
                    param=f"messages.{number}.content",
                )


def template_message(message: Message) -> dict[str, Any]:
    """A message as chat templates expect it: OpenAI's shape, without what is not there."""
    said: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.reasoning is not None:
        said["reasoning_content"] = said["thinking"] = message.reasoning  # which of them, is the template's choice
    if message.tool_calls:
        said["tool_calls"] = [
            {"type": "function", "id": call.id, "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        said["tool_call_id"] = message.tool_call_id
    if message.name is not None:
        said["name"] = message.name
    return said


def template_tool(tool: Tool) -> dict[str, Any]:
    """A tool as chat templates expect it."""
    function: dict[str, Any] = {"name": tool.name, "description": tool.description or "", "parameters": tool.parameters}
    return {"type": "function", "function": function}
