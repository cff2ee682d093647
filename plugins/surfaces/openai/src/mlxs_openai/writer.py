"""Events as OpenAI's chat chunks, and chunks as the body they add up to.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from secrets import token_hex
from typing import Any

from mlxs.events import (
    Event,
    Finish,
    Logprobs,
    ReasoningDelta,
    TextDelta,
    TokenLogprob,
    ToolCallArguments,
    ToolCallStart,
    Usage,
)
from mlxs.server.custom import Input

from .reply import Chunk


class ChatWriter:
    """Writes one chat completion, of one or several choices.

    Args:
        model: The name the client is told.
        created: Seconds since 1970.
        custom: Names of the tools that take a text instead of arguments.
    """

    def __init__(self, model: str, created: int, custom: Collection[str] = ()) -> None:
        self._head = {
            "id": f"chatcmpl-{token_hex(12)}",
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
        }
        self._usage: dict[int, Usage] = {}
        self._custom = custom
        self._inputs: dict[tuple[int, int], Input] = {}

    def begin(self, choice: int) -> Chunk:
        """The chunk that opens a choice."""
        return self._chunk(choice, {"role": "assistant", "content": ""})

    def chunks(self, choice: int, events: Sequence[Event]) -> Iterator[Chunk]:
        """The chunks of a portion of events."""
        logprobs = [logprob_body(token) for event in events if isinstance(event, Logprobs) for token in event.tokens]
        for event in events:
            match event:
                case TextDelta(text):
                    delta: dict[str, Any] = {"content": text}
                case ReasoningDelta(text):
                    delta = {"reasoning_content": text, "reasoning": text}
                case ToolCallStart(index):
                    delta = {
                        "tool_calls": [{"index": index, "id": f"call_{token_hex(12)}", **self._call(choice, event)}]
                    }
                case ToolCallArguments(index, json) if (choice, index) in self._inputs:
                    delta = {
                        "tool_calls": [{"index": index, "custom": {"input": self._inputs[choice, index].read(json)}}]
                    }
                case ToolCallArguments(index, json):
                    delta = {"tool_calls": [{"index": index, "function": {"arguments": json}}]}
                case Finish(reason, usage):
                    self._usage[choice] = usage
                    if logprobs:
                        yield self._chunk(choice, {}, logprobs)
                    yield self._chunk(choice, {}, finish_reason=reason)
                    return
                case _:
                    continue
            yield self._chunk(choice, delta, logprobs)
            logprobs = []
        if logprobs:
            yield self._chunk(choice, {}, logprobs)

    def _call(self, choice: int, start: ToolCallStart) -> dict[str, Any]:
        if start.name not in self._custom:
            return {"type": "function", "function": {"name": start.name, "arguments": ""}}
        self._inputs[choice, start.index] = Input()
        return {"type": "custom", "custom": {"name": start.name, "input": ""}}

    def usage(self) -> Chunk:
        """The chunk with what all choices took; the last of a stream, where it was asked for."""
        return {**self._head, "choices": [], "usage": usage_body(self._usage.values())}

    def _chunk(
        self, choice: int, delta: dict[str, Any], logprobs: Sequence[Any] = (), finish_reason: str | None = None
    ) -> Chunk:
        said = {"content": logprobs, "refusal": None} if logprobs else None
        return {
            **self._head,
            "choices": [{"index": choice, "delta": delta, "logprobs": said, "finish_reason": finish_reason}],
        }


def logprob_body(token: TokenLogprob) -> dict[str, Any]:
    """A token's probability, and those of the others it was chosen from."""
    return {**_token(token), "top_logprobs": [_token(other) for other in token.top]}


def _token(token: TokenLogprob) -> dict[str, Any]:
    return {"token": token.token, "logprob": token.logprob, "bytes": list(token.bytes)}


def usage_body(usages: Iterable[Usage]) -> dict[str, Any]:
    """Tokens of all choices together; they share one prompt."""
    told = list(usages) or [Usage()]
    prompt, completion = told[0].prompt_tokens, sum(usage.completion_tokens for usage in told)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": told[0].cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": sum(usage.reasoning_tokens for usage in told)},
    }


def fold(chunks: Iterable[Chunk]) -> dict[str, Any]:
    """The body that the chunks of a stream add up to; the usage chunk must be among them."""
    head: Chunk = {}
    choices: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        head = chunk
        for part in chunk["choices"]:
            choices.setdefault(part["index"], []).append(part)
    body = [_choice(index, choices[index]) for index in sorted(choices)]
    return {**head, "object": "chat.completion", "choices": body}


def _choice(index: int, parts: Sequence[Chunk]) -> dict[str, Any]:
    said: dict[str, list[str]] = {}
    calls: list[tuple[dict[str, Any], list[str]]] = []
    logprobs: list[Any] = []
    for part in parts:
        for name, value in part["delta"].items():
            if name in ("content", "reasoning_content", "reasoning"):
                said.setdefault(name, []).append(value)
        for call in part["delta"].get("tool_calls", ()):
            if call["index"] == len(calls):
                calls.append(({key: value for key, value in call.items() if key != "index"}, []))
            calls[call["index"]][1].append(_fragment(call))
        logprobs += (part["logprobs"] or {"content": ()})["content"]
    message: dict[str, Any] = {"role": "assistant", "refusal": None, **{name: "".join(said[name]) for name in said}}
    if calls:
        message["content"] = message["content"] or None
        message["tool_calls"] = [_whole(call, "".join(fragments)) for call, fragments in calls]
    return {
        "index": index,
        "message": message,
        "logprobs": {"content": logprobs, "refusal": None} if logprobs else None,
        "finish_reason": parts[-1]["finish_reason"],
    }


def _fragment(call: Chunk) -> str:
    """What a chunk says of a call's arguments, or of a custom tool's input."""
    return str(call["custom"]["input"] if "custom" in call else call["function"]["arguments"])


def _whole(call: Chunk, said: str) -> Chunk:
    if "custom" in call:
        return {**call, "custom": {**call["custom"], "input": said}}
    return {**call, "function": {**call["function"], "arguments": said}}
