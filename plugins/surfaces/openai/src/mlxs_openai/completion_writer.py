"""Events as OpenAI's completion chunks, and chunks as the body they add up to.

https://platform.openai.com/docs/api-reference/completions/object
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from secrets import token_hex
from typing import Any

from mlxs.events import Event, Finish, Logprobs, TextDelta, TokenLogprob, Usage

from .reply import Chunk
from .writer import usage_body


class CompletionWriter:
    """Writes one completion, of one or several choices.

    Args:
        model: The name the client is told.
        created: Seconds since 1970.
        n: Choices that share a prompt; they follow each other.
        echoed: What each choice begins with, where the prompt is to be said again.
    """

    def __init__(self, model: str, created: int, n: int = 1, echoed: Sequence[str] = ()) -> None:
        self._head = {"id": f"cmpl-{token_hex(12)}", "object": "text_completion", "created": created, "model": model}
        self._n = n
        self._echoed = echoed
        self._usage: dict[int, Usage] = {}
        self._offsets: dict[int, Offsets] = {}

    def begin(self, choice: int) -> Chunk:
        """The chunk that opens a choice."""
        return self._chunk(choice, self._echoed[choice] if self._echoed else "")

    def chunks(self, choice: int, events: Sequence[Event]) -> Iterator[Chunk]:
        """The chunk of a portion of events."""
        text = "".join(event.text for event in events if isinstance(event, TextDelta))
        tokens = [token for event in events if isinstance(event, Logprobs) for token in event.tokens]
        finish = next((event for event in events if isinstance(event, Finish)), None)
        if finish:
            self._usage[choice] = finish.usage
        logprobs = self._offsets.setdefault(choice, Offsets()).body(tokens) if tokens else None
        if text or tokens or finish:
            yield self._chunk(choice, text, logprobs, finish.reason if finish else None)

    def usage(self) -> Chunk:
        """The chunk with what all choices took; the last of a stream, where it was asked for."""
        each = [usage_body(usages) for usages in self._sharing()]
        total = {name: sum(usage[name] for usage in each) for name in each[0] if name.endswith("_tokens")}
        cached = sum(usage["prompt_tokens_details"]["cached_tokens"] for usage in each)
        return {**self._head, "choices": [], "usage": {**total, "prompt_tokens_details": {"cached_tokens": cached}}}

    def _sharing(self) -> Iterator[list[Usage]]:
        """What the choices of each prompt took."""
        told = [self._usage[choice] for choice in sorted(self._usage)]
        for first in range(0, max(1, len(told)), self._n):
            yield told[first : first + self._n]

    def _chunk(self, choice: int, text: str, logprobs: Any = None, finish_reason: str | None = None) -> Chunk:
        said = {"index": choice, "text": text, "logprobs": logprobs, "finish_reason": finish_reason}
        return {**self._head, "choices": [said]}


class Offsets:
    """Where each token of an answer begins in its text, in characters; one that begins inside a character
    is told to begin where that one does."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._at = 0

    def body(self, tokens: Sequence[TokenLogprob]) -> dict[str, Any]:
        """The probabilities of an answer's next tokens, in the shape of this API."""
        offsets = []
        for token in tokens:
            offsets.append(self._at)
            self._at += len(self._decode(bytes(token.bytes)))
        return {
            "tokens": [token.token for token in tokens],
            "token_logprobs": [token.logprob for token in tokens],
            "top_logprobs": [_top(token) for token in tokens],
            "text_offset": offsets,
        }


def _top(token: TokenLogprob) -> dict[str, float]:
    """The likeliest tokens and the one that was chosen; of two that look alike, the likelier."""
    likeliest: dict[str, float] = {}
    for other in (*token.top, token):
        likeliest.setdefault(other.token, other.logprob)
    return likeliest


def fold(chunks: Iterable[Chunk]) -> dict[str, Any]:
    """The body that the chunks of a stream add up to; the usage chunk must be among them."""
    head: Chunk = {}
    choices: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        head = chunk
        for part in chunk["choices"]:
            choices.setdefault(part["index"], []).append(part)
    return {**head, "choices": [_choice(index, choices[index]) for index in sorted(choices)]}


def _choice(index: int, parts: Sequence[Chunk]) -> dict[str, Any]:
    told = [part["logprobs"] for part in parts if part["logprobs"]]
    return {
        "index": index,
        "text": "".join(part["text"] for part in parts),
        "logprobs": {name: [value for one in told for value in one[name]] for name in told[0]} if told else None,
        "finish_reason": parts[-1]["finish_reason"],
    }
