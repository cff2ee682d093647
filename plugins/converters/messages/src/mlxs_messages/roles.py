"""Roles, as most templates know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile

from mlxs.requests import ChatRequest, Message


def standard(request: ChatRequest) -> ChatRequest:
    """Turns that most templates do not know become ones they do.

    Templates know one system message, at the beginning; of others some make an error and some nothing.
    A system message in the middle stays where it is, as the user's, so that the turns before it are
    still found in the prompt cache.
    """
    turns = [replace(turn, role="system") if turn.role == "developer" else turn for turn in request.messages]
    leading = list(takewhile(_is_system, turns))
    rest = [replace(turn, role="user") if _is_system(turn) else turn for turn in turns[len(leading) :]]
    return replace(request, messages=(*_joined(leading), *rest))


def _is_system(turn: Message) -> bool:
    return turn.role == "system"


def _joined(turns: Iterable[Message]) -> Iterator[Message]:
    texts = [turn.text for turn in turns]
    if texts:
        yield Message(role="system", content="\n\n".join(filter(None, texts)))
