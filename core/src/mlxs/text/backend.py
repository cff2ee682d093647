"""The base of backends for models that turn text into text."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, Generic, TypeVar

from ..backends import Backend, ChatModel, CompletionModel, Divergence, Done, Piece, Prompted, Replies
from ..constraint import Matcher, Vocabulary
from ..errors import BadRequest
from ..events import TokenLogprob
from ..grammar import Grammar
from ..options import TextModelOptions
from ..probing.probes import PROBES, TOOLS
from ..requests import ChatRequest, CompletionRequest, Message, SamplingParams, Thought
from ..tasks.tokens import TokenModel, Tokens, TokensRequest
from .budget import Budget
from .decoder import Decoder
from .job import SHOWN, Job, Prompt, Token
from .stops import Stops
from .template import THOUGHT_KEYS, only_text, template_message, template_tool

OptionsT = TypeVar("OptionsT", bound=TextModelOptions)

BUILT_IN = {
    "max_tokens": 100_000,
    "temperature": 1.0,
    "top_p": 1.0,
    "top_k": 20,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
}
"""Where request, option and checkpoint are all silent."""


class TextBackend(Backend[OptionsT], ChatModel, CompletionModel, TokenModel, Generic[OptionsT]):
    """A model that turns text into text.

    `load` sets `context_length`, `vocabulary_size`, `defaults` (what the checkpoint says of sampling,
    by the names of `SamplingParams`), `beginning` (what a text without a template begins with, such as
    BOS), `vocabulary`, where answers can be constrained, and `steerable`, False where a token that must
    come next cannot be made to.
    """

    context_length: int | None = None
    vocabulary_size: int | None = None
    defaults: Mapping[str, Any] = {}
    beginning: Sequence[int] = ()
    vocabulary: Vocabulary | None = None
    steerable: bool = True

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

    def conversation(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        """Messages as `render` takes them. Raises BadRequest where one has parts that the model does not take.

        A backend whose model takes more than text extends this, and `read`.
        """
        only_text(messages)
        return [template_message(message) for message in messages]

    def read(self, text: str, request: ChatRequest) -> Prompt:
        """The tokens of a conversation, of which `render` made this text. Called beside the engine's thread."""
        return Prompt(self.encode(text))

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

    def prepare(self, request: ChatRequest | CompletionRequest | TokensRequest) -> Job | Tokens:
        if isinstance(request, TokensRequest):
            return self._taken_apart(request)
        if isinstance(request, CompletionRequest):
            said = request.prompt
            tokens = self._begun(self.encode(self._bounded(said))) if isinstance(said, str) else list(said)
            return replace(self._job(tokens, request.sampling), matcher=self._matcher(request.constraint))
        text, generation_prompt = self._rendered(request)
        prompt = self.read(self._bounded(text), request)
        return replace(
            self._job(prompt.tokens, request.sampling),
            identity=prompt.identity,
            media=prompt.media,
            generation_prompt=generation_prompt,
            matcher=self._matcher(request.constraint, request.thought, generation_prompt),
            budget=self._budget(request, generation_prompt),
        )

    def _rendered(self, request: ChatRequest) -> tuple[str, str]:
        """The prompt of a conversation, and the end of it that the answer begins with."""
        messages = self.conversation(request.messages)
        tools = [template_tool(tool) for tool in request.tools] or None
        prompt = self.render(messages, tools, {**request.template, "add_generation_prompt": True})
        without = self.render(messages, tools, {**request.template, "add_generation_prompt": False})
        return prompt, prompt[len(without) :] if prompt.startswith(without) else ""

    def _taken_apart(self, request: TokensRequest) -> Tokens:
        """The tokens of a prompt, which may be longer than the context."""
        match request.prompt:
            case ChatRequest() as chat:
                text, _ = self._rendered(chat)
                ids = self.read(text, chat).tokens
            case str() as said:
                ids = self._begun(self.encode(said)) if request.beginning else self.encode(said)
                text = self._text_of(ids)
            case given:
                ids = list(given)
                self._check_ids("prompt", ids)
                text = self._text_of(ids)
        return Tokens(text, tuple(ids), tuple(self.token_text(id)[0] for id in ids))

    def _text_of(self, ids: Iterable[int]) -> str:
        """What tokens say; numbers of an `identity` that are none say nothing."""
        decoder = self.decoder()
        return "".join([decoder.add(id) for id in ids if id >= 0]) + decoder.finish()

    def _matcher(
        self, grammar: Grammar | None, thought: Thought | None = None, generation_prompt: str = ""
    ) -> Matcher | None:
        if grammar is None:
            return None
        if self.vocabulary is None:
            raise BadRequest("this model's answers cannot be constrained; leave out the format and the tool choice")
        return self.vocabulary.matcher(grammar, thought, generation_prompt)

    def _budget(self, request: ChatRequest, generation_prompt: str) -> Budget | None:
        if request.thought_tokens is None or request.thought is None:
            return None
        closing = self.encode(request.thought.closing)
        budget = Budget(request.thought_tokens, request.thought, closing, self.decoder(), generation_prompt)
        if budget.over:
            return None
        if not self.steerable:
            message = "this model's thoughts cannot be cut short, for a draft model guesses ahead; leave the budget out"
            raise BadRequest(message, param="thinking_budget")
        return budget

    def chat(self, request: Job) -> Replies:
        return self._answer(request)

    def complete(self, request: Job) -> Replies:
        return self._answer(request)

    def tokens(self, request: Tokens) -> Iterator[Tokens]:
        yield request

    def _answer(self, job: Job) -> Replies:
        decoder, stops = self.decoder(), Stops(job.sampling.stop)
        begun, unsaid, logprobs = False, 0, list[TokenLogprob]()
        for token in self.generate(job):
            if not begun:
                yield Prompted(len(job.prompt), job.cached, job.generation_prompt, self._divergence(job))
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

    def _divergence(self, job: Job) -> Divergence | None:
        if job.nearest is None:
            return None
        at, rest = job.nearest.shared, job.nearest.rest[:SHOWN]
        around = job.prompt[max(0, at - SHOWN) : at], rest, job.prompt[at : at + SHOWN]
        return Divergence(at, *(self._text_of(ids) for ids in around))

    def _logprob(self, token: Token) -> TokenLogprob:
        def said(id: int, logprob: float) -> TokenLogprob:
            text, data = self.token_text(id)
            return TokenLogprob(text, logprob, tuple(data))

        return replace(said(token.id, token.logprob or 0.0), top=tuple(said(*other) for other in token.top))

    def _begun(self, tokens: list[int]) -> list[int]:
        """A text's tokens, begun as the model wants them."""
        beginning = list(self.beginning)
        return tokens if tokens[: len(beginning)] == beginning else beginning + tokens

    def _bounded(self, text: str) -> str:
        """The text; gives up early on one that is far too long."""
        if self.context_length is not None and len(text) >= 8 * self.context_length:
            size = 0
            for at in range(0, len(text), 1 << 16):
                size += len(self.encode(text[at : at + (1 << 16)]))
                if size > 2 * self.context_length:
                    self._too_long(f"more than {size}")
        return text

    def _job(self, prompt: list[int], sampling: SamplingParams) -> Job:
        if not prompt:
            raise BadRequest("the prompt is empty; send at least one token", param="prompt")
        if self.context_length is not None and len(prompt) >= self.context_length:
            self._too_long(str(len(prompt)))
        self._check_ids("prompt", prompt)
        self._check_ids("logit_bias", sampling.logit_bias)
        settled = self._settle(sampling)
        if self.context_length is not None:
            room = self.context_length - len(prompt)
            settled = replace(settled, max_tokens=min(settled.max_tokens or room, room))
        return Job(prompt, settled)

    def _check_ids(self, param: str, ids: Iterable[int]) -> None:
        size = self.vocabulary_size
        if size is not None and (wrong := [id for id in ids if not 0 <= id < size]):
            message = f"token id {wrong[0]} is out of range; this model has ids 0 to {size - 1}"
            raise BadRequest(message, param=param)

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
