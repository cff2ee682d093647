"""A backend that says what it is told, in the pieces it is told: for tests of everything but models.

The last message is the script, as JSON: `{"say": ["Hel", "lo"], ...}` (see `Script`); any other text
is said back word by word. With a tool parser's `write`, it speaks any installed format end to end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

import orjson

from ..backends import Backend, ChatModel, Done, ModelInfo, Piece, Progress, Prompted, Replies
from ..errors import BadRequest
from ..hooks import hookimpl
from ..options import TextModelOptions
from ..requests import ChatRequest
from ..specs import BackendSpec


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


class Scripted(Backend[ScriptedOptions], ChatModel):
    """Says what it is told."""

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
        text = request.messages[-1].text
        try:
            script = Script(**orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError):
            script = Script(say=[word + " " for word in text.split()])
        return self._play(script, len(text.split()))

    def _play(self, script: Script, tokens: int) -> Replies:
        if script.refuse:
            raise BadRequest(script.refuse)
        yield Prompted(tokens, 0, script.generation_prompt)
        for number, piece in enumerate(script.say):
            time.sleep(script.pause)
            if number == script.abort_at:
                os.abort()
            if number == script.raise_at:
                raise RuntimeError("the script says so")
            yield Piece(piece)
        yield Done(script.reason)


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="scripted",
        target="mlxs.testing.scripted:Scripted",
        options="mlxs.testing.scripted:ScriptedOptions",
        capabilities=("chat",),
        summary="Says what it is told; for tests.",
    )
