"""Items of an answer while they are written, each as the events that tell it.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from .ids import new
from .sealed import seal

Chunk = dict[str, Any]
Status = Literal["in_progress", "completed", "incomplete"]


class Output(ABC):
    """One item.

    Args:
        index: Its place in the output.
        prefix: How its id begins.
    """

    def __init__(self, index: int, prefix: str) -> None:
        self.index = index
        self.id = new(prefix)
        self._said: list[str] = []

    @property
    def text(self) -> str:
        """What it has said so far."""
        return "".join(self._said)

    def open(self) -> Iterator[Chunk]:
        """Tell that it begins."""
        yield self._whole("response.output_item.added", self._item("in_progress"))
        yield from self._begin()

    def add(self, text: str) -> Iterator[Chunk]:
        """Tell more of it."""
        if text:
            self._said.append(text)
            yield from self._more(text)

    def close(self, status: Status) -> Iterator[Chunk]:
        """Tell that it is over; the last event has the whole item."""
        yield from self._end()
        yield self._whole("response.output_item.done", self._item(status))

    @abstractmethod
    def _item(self, status: Status) -> Chunk: ...

    def _begin(self) -> Iterator[Chunk]:
        yield from ()

    def _more(self, text: str) -> Iterator[Chunk]:
        yield from ()

    def _end(self) -> Iterator[Chunk]:
        yield from ()

    def _whole(self, type: str, item: Chunk) -> Chunk:
        return {"type": type, "output_index": self.index, "item": item}

    def _event(self, type: str, **fields: Any) -> Chunk:
        return {"type": f"response.{type}", "item_id": self.id, "output_index": self.index, **fields}


class Message(Output):
    """Words for the reader."""

    def __init__(self, index: int) -> None:
        super().__init__(index, "msg")
        self._logprobs: list[Chunk] = []
        self._fresh: Sequence[Chunk] = ()

    def add_with(self, text: str, logprobs: Sequence[Chunk]) -> Iterator[Chunk]:
        """Tell more of it, and the probabilities of the tokens that said it."""
        self._fresh = logprobs
        self._logprobs += logprobs
        yield from self.add(text)

    def _item(self, status: Status) -> Chunk:
        content = [] if status == "in_progress" else [self._part()]
        return {"id": self.id, "type": "message", "status": status, "role": "assistant", "content": content}

    def _part(self) -> Chunk:
        return {"type": "output_text", "text": self.text, "annotations": [], "logprobs": list(self._logprobs)}

    def _begin(self) -> Iterator[Chunk]:
        yield self._event("content_part.added", content_index=0, part=self._part())

    def _more(self, text: str) -> Iterator[Chunk]:
        yield self._event("output_text.delta", content_index=0, delta=text, logprobs=list(self._fresh))

    def _end(self) -> Iterator[Chunk]:
        yield self._event("output_text.done", content_index=0, text=self.text, logprobs=list(self._logprobs))
        yield self._event("content_part.done", content_index=0, part=self._part())


class Reasoning(Output):
    """Thoughts, as they are.

    Args:
        sealed: Whether they go into `encrypted_content` too, for clients that bring back nothing else.
    """

    def __init__(self, index: int, *, sealed: bool) -> None:
        super().__init__(index, "rs")
        self._sealed = sealed

    def _item(self, status: Status) -> Chunk:
        over = status != "in_progress"
        sealed = {"encrypted_content": seal({"text": self.text})} if self._sealed and over else {}
        return {
            "id": self.id,
            "type": "reasoning",
            "status": status,
            **self._told([self._part()] if over else []),
            **sealed,
        }

    def _told(self, parts: list[Chunk]) -> Chunk:
        return {"summary": [], "content": parts}

    def _part(self) -> Chunk:
        return {"type": "reasoning_text", "text": self.text}

    def _begin(self) -> Iterator[Chunk]:
        yield self._event("content_part.added", content_index=0, part=self._part())

    def _more(self, text: str) -> Iterator[Chunk]:
        yield self._event("reasoning_text.delta", content_index=0, delta=text)

    def _end(self) -> Iterator[Chunk]:
        yield self._event("reasoning_text.done", content_index=0, text=self.text)
        yield self._event("content_part.done", content_index=0, part=self._part())


class Summary(Reasoning):
    """Thoughts, told as their summary. They are in plain sight, so nothing is left out."""

    def _told(self, parts: list[Chunk]) -> Chunk:
        return {"summary": parts}

    def _part(self) -> Chunk:
        return {"type": "summary_text", "text": self.text}

    def _begin(self) -> Iterator[Chunk]:
        yield self._event("reasoning_summary_part.added", summary_index=0, part=self._part())

    def _more(self, text: str) -> Iterator[Chunk]:
        yield self._event("reasoning_summary_text.delta", summary_index=0, delta=text)

    def _end(self) -> Iterator[Chunk]:
        yield self._event("reasoning_summary_text.done", summary_index=0, text=self.text)
        yield self._event("reasoning_summary_part.done", summary_index=0, part=self._part())
