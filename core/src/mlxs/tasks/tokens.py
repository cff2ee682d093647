"""Text to tokens and back, and the exact prompt of a conversation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..requests import ChatRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensRequest:
    """What is to be taken apart.

    Args:
        prompt: A text, token ids, or a conversation, which is put through the chat template.
        beginning: Whether a text gets what the model wants at the beginning of one, such as BOS.
    """

    prompt: str | tuple[int, ...] | ChatRequest
    model: str = ""
    beginning: bool = True


@dataclass(frozen=True, slots=True)
class Tokens:
    """The one answer.

    Args:
        text: What the tokens say, special ones too.
        ids: The tokens.
        spellings: Each one's own text; may be part of a character.
    """

    text: str
    ids: tuple[int, ...]
    spellings: tuple[str, ...]


class TokenModel(ABC):
    """Can take text apart as the model reads it."""

    @abstractmethod
    def tokens(self, request: Any) -> Iterator[Tokens]:
        """Answer a `TokensRequest`, or what `prepare` made of it."""
