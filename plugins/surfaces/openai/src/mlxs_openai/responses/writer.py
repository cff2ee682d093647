"""Events as the Responses API's, and those as the response they add up to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mlxs.errors import RequestError
from mlxs.events import (
    Event,
    Finish,
    FinishReason,
    Logprobs,
    ReasoningDelta,
    TextDelta,
    ToolCallArguments,
    ToolCallEnd,
    ToolCallStart,
    Usage,
)

from ..writer import logprob_body
from .output import Chunk, Message, Output, Reasoning, Status, Summary
from .output_calls import CALLS, Call
from .toolbox import Toolbox


class ResponseWriter:
    """Writes one response.

    Args:
        head: The response, but for what becomes of it.
        toolbox: The tools that may be called.
        summary: Whether thoughts are told as a summary, the only shape that all clients know.
        sealed: Whether thoughts are sealed too.
    """

    def __init__(self, head: Chunk, toolbox: Toolbox, *, summary: bool = True, sealed: bool = False) -> None:
        self.final: Chunk | None = None
        """The last event, once it is written."""
        self._head = head
        self._toolbox = toolbox
        self._thoughts = Summary if summary else Reasoning
        self._sealed = sealed
        self._number = 0
        self._items = 0
        self._done: dict[int, Chunk] = {}
        self._speaking: Message | Reasoning | None = None
        self._calls: dict[int, Call] = {}
        self._space = ""
        self._logprobs: list[Chunk] = []

    def response(self, status: str, **changes: Any) -> Chunk:
        """The response as it stands."""
        output = [self._done[index] for index in sorted(self._done)]
        return {**self._head, "status": status, "output": output, **changes}

    def begin(self, *, queued: bool = False) -> list[Chunk]:
        """The events that open it."""
        statuses = {"created": "queued", "queued": "queued"} if queued else {"created": "in_progress"}
        statuses["in_progress"] = "in_progress"
        return self._numbered(
            {"type": f"response.{name}", "response": self.response(status)} for name, status in statuses.items()
        )

    def write(self, events: Sequence[Event]) -> list[Chunk]:
        """What a portion of events amounts to."""
        tokens = [token for event in events if isinstance(event, Logprobs) for token in event.tokens]
        self._logprobs += map(logprob_body, tokens)
        return self._numbered(chunk for event in events for chunk in self._told(event))

    def fail(self, error: RequestError) -> list[Chunk]:
        """The events that end it where it cannot go on."""
        codes = {400: "invalid_prompt", 429: "rate_limit_exceeded"}
        said = {"code": codes.get(error.status, "server_error"), "message": error.message}
        return self._numbered(self._over("failed", "failed", "incomplete", error=said))

    def cancel(self) -> list[Chunk]:
        """The events that end it where nobody wants it any more."""
        return self._numbered(self._over("incomplete", "cancelled", "incomplete"))

    def empty(self) -> list[Chunk]:
        """The events that end it where nothing was to be said."""
        return self._numbered(self._over("completed", "completed", "completed", usage=usage_body(Usage())))

    def error(self, error: RequestError) -> Chunk:
        """The event of something that went wrong beside the response."""
        said = {"type": "error", "code": error.code, "message": error.message, "param": error.param}
        return self._numbered([said])[0]

    def _told(self, event: Event) -> Iterator[Chunk]:
        match event:
            case TextDelta(text):
                yield from self._say(text)
            case ReasoningDelta(text):
                yield from self._think(text)
            case ToolCallStart(index, name):
                yield from self._end_speech()
                called = self._toolbox.called(name)
                self._calls[index] = CALLS[called.kind](self._place(), called)
                yield from self._calls[index].open()
            case ToolCallArguments(index, json):
                yield from self._calls[index].add(json)
            case ToolCallEnd(index, complete):
                yield from self._close(self._calls.pop(index), "completed" if complete else "incomplete")
            case Finish(reason, usage):
                yield from self._finish(reason, usage)

    def _say(self, text: str) -> Iterator[Chunk]:
        """White space waits for words: by itself, as between two calls, it is no message."""
        if not isinstance(self._speaking, Message):
            self._space += text
            if not self._space.strip():
                return
            text, self._space = self._space, ""
            yield from self._end_speech()
            yield from self._speak(Message(self._place()))
        assert isinstance(self._speaking, Message)
        logprobs, self._logprobs = self._logprobs, []
        yield from self._speaking.add_with(text, logprobs)

    def _think(self, text: str) -> Iterator[Chunk]:
        if not isinstance(self._speaking, Reasoning):
            yield from self._end_speech()
            yield from self._speak(self._thoughts(self._place(), sealed=self._sealed))
        assert isinstance(self._speaking, Reasoning)
        self._logprobs = []  # a thought has none to tell
        yield from self._speaking.add(text)

    def _finish(self, reason: FinishReason, usage: Usage) -> Iterator[Chunk]:
        if not self._calls and not any(item["type"] != "reasoning" for item in self._done.values()):
            yield from self._last_words()
        told = {"usage": usage_body(usage)}
        if reason == "length":
            details = {"reason": "max_output_tokens"}
            yield from self._over("incomplete", "incomplete", "incomplete", incomplete_details=details, **told)
        else:
            yield from self._over("completed", "completed", "completed", **told)

    def _last_words(self) -> Iterator[Chunk]:
        """Without calls there is a message, be it an empty one: clients look for it."""
        if not isinstance(self._speaking, Message):
            yield from self._end_speech()
            yield from self._speak(Message(self._place()))
            assert isinstance(self._speaking, Message)
            yield from self._speaking.add_with(self._space, self._logprobs)

    def _over(self, event: str, status: str, open_items: Status, **changes: Any) -> Iterator[Chunk]:
        yield from self._end_speech(open_items)
        while self._calls:
            yield from self._close(self._calls.pop(next(iter(self._calls))), "incomplete")
        if status == "completed":
            changes["completed_at"] = int(time.time())
        self.final = {"type": f"response.{event}", "response": self.response(status, **changes)}
        yield self.final

    def _place(self) -> int:
        self._items += 1
        return self._items - 1

    def _speak(self, output: Message | Reasoning) -> Iterator[Chunk]:
        self._speaking = output
        yield from output.open()

    def _end_speech(self, status: Status = "completed") -> Iterator[Chunk]:
        if self._speaking:
            spoken, self._speaking = self._speaking, None
            yield from self._close(spoken, status)

    def _close(self, output: Output, status: Status) -> Iterator[Chunk]:
        for chunk in output.close(status):
            if chunk["type"] == "response.output_item.done":
                self._done[output.index] = chunk["item"]
            yield chunk

    def _numbered(self, chunks: Iterable[Chunk]) -> list[Chunk]:
        numbered = []
        for chunk in chunks:
            chunk["sequence_number"] = self._number
            self._number += 1
            numbered.append(chunk)
        return numbered


def usage_body(usage: Usage) -> Chunk:
    """What an answer took."""
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def fold(chunks: Sequence[Chunk]) -> Chunk:
    """The response that the events of a whole stream add up to: what the last of them says it is."""
    response: Chunk = chunks[-1]["response"]
    return response
