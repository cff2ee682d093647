"""A backend that talks, and a loop that drives it as the engine does, in the test's own thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..backends import Done, Piece, Prompted, Replies
from ..requests import ChatRequest, CompletionRequest
from ..text import TextBackend

BackendT = TypeVar("BackendT", bound=TextBackend[Any])


@dataclass(eq=False)
class Answer:
    """What came of one request so far."""

    replies: Replies
    prompted: Prompted | None = None
    pieces: list[Piece] = field(default_factory=list)
    done: Done | None = None

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces)

    @property
    def cached(self) -> int:
        """How many tokens of the prompt a cache held."""
        assert self.prompted, "the prompt has not been read"
        return self.prompted.cached

    @property
    def logprobs(self) -> list[tuple[str, float]]:
        """Each token with its log probability, where they were asked for."""
        return [(said.token, said.logprob) for piece in self.pieces for said in piece.logprobs]


class Loop(Generic[BackendT]):
    """Loads a backend, and moves its answers on.

    Args:
        backend: One whose life it is from here on.
    """

    def __init__(self, backend: BackendT) -> None:
        self.backend = backend
        self.info = backend.load(lambda *_: None)
        self.live: list[Answer] = []

    def begin(self, request: ChatRequest | CompletionRequest) -> Answer:
        """An answer that nothing has been done for yet."""
        prepared: Any = self.backend.prepare(request)
        answers = self.backend.chat if isinstance(request, ChatRequest) else self.backend.complete
        self.live.append(answer := Answer(answers(prepared)))
        return answer

    def step(self) -> None:
        """Move every answer on by one step."""
        self.backend.advance()
        for answer in [*self.live]:
            match next(answer.replies):
                case Prompted() as prompted:
                    answer.prompted = prompted
                case Piece() as piece:
                    answer.pieces.append(piece)
                case Done() as done:
                    answer.done = done
                    self.cancel(answer)

    def cancel(self, answer: Answer) -> None:
        """Let go of an answer, as where the client is gone."""
        self.live.remove(answer)
        answer.replies.close()  # type: ignore[attr-defined]

    def finish(self, *answers: Answer) -> list[Answer]:
        """Answers that are under way, once they have come to their ends."""
        while any(answer in self.live for answer in answers):
            self.step()
        return [*answers]
