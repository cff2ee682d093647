"""Events as Anthropic's, and these as the message they add up to.

https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from secrets import token_hex
from typing import Any

from pydantic_core import from_json

from mlxs.events import (
    Begin,
    Event,
    Finish,
    ReasoningDelta,
    TextDelta,
    ToolCallArguments,
    ToolCallStart,
    Usage,
)

from .signature import sign

Frame = dict[str, Any]

PING: Frame = {"type": "ping"}
STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


class MessageWriter:
    """Writes one message.

    Args:
        model: The name the client is told.
        show_thoughts: Whether thoughts are shown, or hidden in their signatures.
        told: What the last event is to tell besides.
    """

    def __init__(self, model: str, *, show_thoughts: bool = True, told: Mapping[str, Any] | None = None) -> None:
        self._model = model
        self._show_thoughts = show_thoughts
        self._told = told or {}
        self._index = -1
        self._open: str | None = None
        self._hidden = list[str]()

    def frames(self, events: Sequence[Event]) -> Iterator[Frame]:
        """What a portion of events is in Anthropic's."""
        for event in events:
            match event:
                case Begin(usage):
                    yield {"type": "message_start", "message": self._message(usage)}
                    yield PING
                case TextDelta(text):
                    yield from self._within({"type": "text", "text": ""})
                    yield self._delta({"type": "text_delta", "text": text})
                case ReasoningDelta(text):
                    yield from self._within({"type": "thinking", "thinking": "", "signature": ""})
                    if self._show_thoughts:
                        yield self._delta({"type": "thinking_delta", "thinking": text})
                    else:
                        self._hidden.append(text)
                case ToolCallStart(_, name):
                    yield from self._close()
                    yield from self._within(
                        {"type": "tool_use", "id": f"toolu_{token_hex(12)}", "name": name, "input": {}}
                    )
                case ToolCallArguments(_, json):
                    yield self._delta({"type": "input_json_delta", "partial_json": json})
                case Finish():
                    yield from self._close()
                    yield from self._end(event)

    def _message(self, usage: Usage) -> Frame:
        return {
            "id": f"msg_{token_hex(12)}",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage_body(usage),
        }

    def _within(self, block: Frame) -> Iterator[Frame]:
        """Open a block, unless one of its kind is open."""
        if self._open == block["type"]:
            return
        yield from self._close()
        self._open, self._index = block["type"], self._index + 1
        yield {"type": "content_block_start", "index": self._index, "content_block": block}

    def _close(self) -> Iterator[Frame]:
        if self._open == "thinking":
            yield self._delta({"type": "signature_delta", "signature": sign("".join(self._hidden))})
            self._hidden.clear()
        if self._open:
            yield {"type": "content_block_stop", "index": self._index}
        self._open = None

    def _delta(self, delta: Frame) -> Frame:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}

    def _end(self, finish: Finish) -> Iterator[Frame]:
        stopped = finish.stop is not None and finish.reason == "stop"
        delta = {
            "stop_reason": "stop_sequence" if stopped else STOP_REASONS[finish.reason],
            "stop_sequence": finish.stop if stopped else None,
        }
        yield {"type": "message_delta", "delta": delta, "usage": usage_body(finish.usage), **self._told}
        yield {"type": "message_stop"}


def usage_body(usage: Usage) -> dict[str, Any]:
    """Tokens as Anthropic counts them: those found in a cache are no input tokens."""
    return {
        "input_tokens": usage.prompt_tokens - usage.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
    }


def fold(frames: Iterable[Frame]) -> dict[str, Any]:
    """The message that the events of a stream add up to."""
    message: Frame = {}
    blocks: list[tuple[Frame, list[Frame]]] = []
    for frame in frames:
        match frame["type"]:
            case "message_start":
                message = frame["message"]
            case "content_block_start":
                blocks.append((frame["content_block"], []))
            case "content_block_delta":
                blocks[frame["index"]][1].append(frame["delta"])
            case "message_delta":
                told = {key: value for key, value in frame.items() if key not in ("type", "delta")}
                message = {**message, **frame["delta"], **told}
    return {**message, "content": [_whole(block, deltas) for block, deltas in blocks]}


def _whole(block: Frame, deltas: Sequence[Frame]) -> Frame:
    def said(key: str) -> str:
        return "".join(delta.get(key, "") for delta in deltas)

    if block["type"] == "tool_use":
        return {**block, "input": _input(said("partial_json"))}
    return {key: value if key == "type" else said(key) for key, value in block.items()}


def _input(json: str) -> dict[str, Any]:
    """Arguments as an object, cut short where they are: the SDKs make the same of the stream."""
    try:
        given = from_json(json or "{}", allow_partial=True)
    except ValueError:
        given = None
    return given if isinstance(given, dict) else {"arguments": json}
