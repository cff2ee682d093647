"""Write a backend: one loaded model, alone in its process.

    class Echo(Backend, ChatModel):
        def load(self, progress):
            return ModelInfo(context_length=4096)

        def chat(self, request):
            for word in request.messages[-1].text.split():
                yield Piece(word + " ")

Heavy libraries may be imported in a backend's module, and only there. Every answer is a generator:
the engine moves each live one on by one step in turn, so answers stream side by side, and closes it
when the client is gone. A generator that has nothing to say in a step yields None.

Models that turn text into text want `TextBackend` (`mlxs.text`), which does all but the arithmetic.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from .events import TokenLogprob
from .options import ModelOptions
from .requests import ChatRequest, CompletionRequest
from .tasks.embedding import EmbeddingModel, EmbeddingRequest, Vector
from .tasks.image import ImageEditModel, ImageEditRequest, ImageModel, ImageRequest, Picture, Step
from .tasks.rerank import RerankModel, RerankRequest, Score
from .tasks.speech import Sound, SpeechModel, SpeechRequest
from .tasks.tokens import TokenModel, Tokens, TokensRequest
from .tasks.transcription import Heard, Segment, TranscriptionModel, TranscriptionRequest

OptionsT = TypeVar("OptionsT", bound=ModelOptions)

Progress = Callable[[str, float, float | None], None]
"""`progress("downloading", done, total)`: what is being done, how far, of how much (None: unknown)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What the server needs to know of a model that is loaded.

    Args:
        context_length: Tokens of prompt and answer together; None where there is no such limit.
        chat_template: The template's text, in which parsers look for their marks.
        response_template: What the checkpoint declares of its answers, as transformers has it.
        probes: What the chat template makes of the conversations of `mlxs.probing`, by name.
        concurrency: Requests the backend works on together; the rest wait their turn.
        details: Anything worth showing, such as size and quantisation.
    """

    context_length: int | None = None
    chat_template: str | None = None
    response_template: dict[str, Any] | None = None
    probes: dict[str, str] = field(default_factory=dict)
    concurrency: int = 32
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where a prompt parts from the nearest that a cache held.

    Args:
        at: How many tokens they begin with alike, and so the number of the first that differs, from 0.
        before: The end of what they share.
        cached: How the cached one goes on; "" where it ends there.
        wanted: How the prompt goes on; "" where it ends there.
    """

    at: int
    before: str
    cached: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Prompted:
    """The request is understood and under way; said once, before the first `Piece`.

    Args:
        tokens: Tokens of the prompt.
        cached: How many of them a cache held.
        generation_prompt: What the template put at the beginning of the answer, such as `<think>`.
        divergence: Why they were not more; None where the cache held nothing.
    """

    tokens: int
    cached: int = 0
    generation_prompt: str = ""
    divergence: Divergence | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The next words of the answer, and how many tokens they took."""

    text: str
    tokens: int = 1
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Why the answer is over; a generator that just ends means `Done("stop")`."""

    reason: Literal["stop", "length"] = "stop"
    stop: str | None = None


Reply = Prompted | Piece | Done
"""What a model that talks replies; what others do, stands in `mlxs.tasks`."""

Replies = Iterator[Reply | None]


class Backend(ABC, Generic[OptionsT]):
    """One model. Every method but `prepare` is called in the engine's thread.

    Args:
        options: The options its spec names, settled.
    """

    def __init__(self, options: OptionsT) -> None:
        self.options = options

    @abstractmethod
    def load(self, progress: Progress) -> ModelInfo:
        """Load the model. Raises MlxsError where it cannot be and a person can mend it."""

    def prepare(self, request: Any) -> Any:
        """Make of a request what its capability's method takes; by default nothing.

        Runs beside the engine's thread while other answers go on: the place for templates and
        tokenizers, not for the model.
        """
        return request

    def advance(self) -> None:
        """Do what all live answers share, once a step, before each is moved on: a batch's arithmetic."""

    def close(self) -> None:
        """Let go of the model. May be called twice, and after a failed load."""


class ChatModel(ABC):
    """Can go on with a conversation."""

    @abstractmethod
    def chat(self, request: Any) -> Replies:
        """Answer a `ChatRequest`, or what `prepare` made of it."""


class CompletionModel(ABC):
    """Can go on with a text."""

    @abstractmethod
    def complete(self, request: Any) -> Replies:
        """Go on with a `CompletionRequest`, or what `prepare` made of it."""


@dataclass(frozen=True, slots=True)
class Capability:
    """Something a model may be able to do.

    Args:
        kind: The class that says so.
        method: Its one method.
        request: What it is asked.
        results: What it answers besides `Prompted`, `Piece` and `Done`.
    """

    kind: type
    method: str
    request: type
    results: tuple[type, ...] = ()


CAPABILITIES = {
    "chat": Capability(ChatModel, "chat", ChatRequest),
    "completion": Capability(CompletionModel, "complete", CompletionRequest),
    "tokens": Capability(TokenModel, "tokens", TokensRequest, (Tokens,)),
    "embedding": Capability(EmbeddingModel, "embed", EmbeddingRequest, (Vector,)),
    "rerank": Capability(RerankModel, "rerank", RerankRequest, (Score,)),
    "image": Capability(ImageModel, "draw", ImageRequest, (Step, Picture)),
    "image-edit": Capability(ImageEditModel, "edit", ImageEditRequest, (Step, Picture)),
    "transcription": Capability(TranscriptionModel, "transcribe", TranscriptionRequest, (Heard, Segment)),
    "speech": Capability(SpeechModel, "speak", SpeechRequest, (Sound,)),
}
"""Every capability, by the name that specs, surfaces and the wire use."""
