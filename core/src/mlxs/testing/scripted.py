"""A backend that says what it is told, in the pieces it is told: for tests of everything but models.

The last message, or the text to go on with, is the script, as JSON: `{"say": ["Hel", "lo"], ...}` (see
`Script`); any other text is said back word by word. With a tool parser's `write`, it speaks any
installed format end to end. Its tokens are words, numbered as they are first met.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

import orjson

from ..backends import Backend, ChatModel, CompletionModel, Done, ModelInfo, Piece, Progress, Prompted, Replies
from ..errors import BadRequest
from ..events import TokenLogprob
from ..hooks import hookimpl
from ..options import TextModelOptions
from ..requests import ChatRequest, CompletionRequest, SamplingParams
from ..specs import BackendSpec
from ..tasks.tokens import TokenModel, Tokens, TokensRequest

OTHERS = ("one", "other", "another", "more", "still")
"""What might have been said in place of each piece, likeliest first."""


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is to happen in one answer.

    Args:
        say: The pieces, one a step.
        generation_prompt: What the answer begins with, said by the template.
        reason: Why it ends.
        pause: Seconds before each piece.
        abort_at: The piece before which the process is to abort, as a GPU library does.
        raise_at: The piece before which the answer is to fail.
        refuse: What is wrong with the request.
    """

    say: list[str] = field(default_factory=list)
    generation_prompt: str = ""
    reason: Literal["stop", "length"] = "stop"
    pause: float = 0
    abort_at: int | None = None
    raise_at: int | None = None
    refuse: str | None = None

    def __str__(self) -> str:
        return orjson.dumps(asdict(self)).decode()


class ScriptedOptions(TextModelOptions):
    """What the model is to look like."""

    chat_template: str | None = None
    load_seconds: float = 0
    works_on: int = 32


class Scripted(Backend[ScriptedOptions], ChatModel, CompletionModel, TokenModel):
    """Says what it is told."""

    def __init__(self, options: ScriptedOptions) -> None:
        super().__init__(options)
        self._words: dict[str, int] = {}

    def load(self, progress: Progress) -> ModelInfo:
        for tenth in range(10):
            progress("loading", tenth / 10, 1.0)
            time.sleep(self.options.load_seconds / 10)
        return ModelInfo(
            context_length=self.options.context_length or 4096,
            chat_template=self.options.chat_template,
            concurrency=self.options.works_on,
        )

    def chat(self, request: ChatRequest) -> Replies:
        return self._answer(request.messages[-1].text, _prompt(request), request.sampling)

    def complete(self, request: CompletionRequest) -> Replies:
        prompt = request.prompt if isinstance(request.prompt, str) else " ".join(map(self._word, request.prompt))
        return self._answer(prompt, prompt, request.sampling)

    def tokens(self, request: TokensRequest) -> Iterator[Tokens]:
        prompt = _prompt(request.prompt) if isinstance(request.prompt, ChatRequest) else request.prompt
        words = prompt.split() if isinstance(prompt, str) else [self._word(id) for id in prompt]
        ids = tuple(self._words.setdefault(word, len(self._words)) for word in words)
        yield Tokens(prompt if isinstance(prompt, str) else " ".join(words), ids, tuple(words))

    def _word(self, id: int) -> str:
        words = list(self._words)
        if not 0 <= id < len(words):
            raise BadRequest(f"token id {id} is out of range; there are {len(words)} words so far", param="prompt")
        return words[id]

    def _answer(self, text: str, prompt: str, sampling: SamplingParams) -> Replies:
        try:
            script = Script(**orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError):
            script = Script(say=[word + " " for word in text.split()])
        return self._play(script, len(prompt.split()), sampling)

    def _play(self, script: Script, tokens: int, sampling: SamplingParams) -> Replies:
        if script.refuse:
            raise BadRequest(script.refuse)
        if tokens > (most := self.options.context_length or tokens):
            raise BadRequest(f"the prompt has {tokens} words, not {most} at most", code="context_length_exceeded")
        yield Prompted(tokens, 0, script.generation_prompt)
        for number, piece in enumerate(script.say):
            time.sleep(script.pause)
            if number == script.abort_at:
                os.abort()
            if number == script.raise_at:
                raise RuntimeError("the script says so")
            yield Piece(piece, logprobs=(_logprob(piece, sampling.top_logprobs),) if sampling.logprobs else ())
        yield Done(script.reason)


def _prompt(request: ChatRequest) -> str:
    return " ".join(message.text for message in request.messages)


def _logprob(piece: str, most: int) -> TokenLogprob:
    said = [TokenLogprob(text, -1.0 - n, tuple(text.encode())) for n, text in enumerate((piece, *OTHERS))]
    return replace(said[0], top=tuple(said[:most]))


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="scripted",
        target="mlxs.testing.scripted:Scripted",
        options="mlxs.testing.scripted:ScriptedOptions",
        capabilities=("chat", "completion", "tokens"),
        summary="Says what it is told; for tests.",
    )
