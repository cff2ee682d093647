"""Text to tokens, special ones included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from mlxs.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Encoded:
    """An input as the model reads it.

    Args:
        ids: Its tokens.
        types: For each, 0 in a first text and 1 in a second; empty where the model makes no difference.
    """

    ids: Sequence[int]
    types: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.ids)


class Tokenizer:
    """A checkpoint's tokenizer, used by one thread at a time: a fast one refuses to be used by two.

    Args:
        tokenizer: Of transformers.
        limit: Tokens of an input at most; None: any number.
        truncate: Whether longer inputs are cut.
        vocabulary_size: Of the model.
        lower: Whether texts are made lower case first.
    """

    def __init__(
        self, tokenizer: Any, *, limit: int | None, truncate: bool, vocabulary_size: int, lower: bool = False
    ) -> None:
        self._tokenizer = tokenizer
        self._lock = Lock()
        self._limit = limit
        self._truncate = truncate
        self._size = vocabulary_size
        self._lower = lower

    def text(self, text: str, param: str) -> Encoded:
        """A text. Raises BadRequest where it is too long; `param` is the field of the request it stands in."""
        return self._checked(self._encode(self._cased(text), cut=True), param)

    def pair(self, query: str, document: str, param: str) -> Encoded:
        """Two texts in one input; where it is too long and may be cut, the second is."""
        return self._checked(self._encode(self._cased(query), self._cased(document), cut="only_second"), param)

    def plain(self, text: str) -> list[int]:
        """A text's own tokens, nothing added, however many."""
        return list(self._encode(text, add_special_tokens=False).ids)

    def ids(self, ids: Sequence[int], param: str) -> Encoded:
        """Tokens that a client made. Raises BadRequest where this model has no such token."""
        if wrong := [id for id in ids if not 0 <= id < self._size]:
            raise BadRequest(
                f"token id {wrong[0]} is out of range; this model has ids 0 to {self._size - 1}. "
                "Send the text itself where the ids come from another model's tokenizer",
                param=param,
            )
        return self.joined([], ids, [], param)

    def joined(self, before: Sequence[int], ids: Sequence[int], after: Sequence[int], param: str) -> Encoded:
        """Tokens between others; where they are too many and may be cut, those in the middle are."""
        if self._truncate and self._limit is not None:
            ids = ids[: max(0, self._limit - len(before) - len(after))]
        return self._checked(Encoded([*before, *ids, *after]), param)

    def id(self, token: str) -> int:
        """The id of a token by its spelling."""
        return int(self._tokenizer.convert_tokens_to_ids(token))

    def _cased(self, text: str) -> str:
        return text.lower() if self._lower else text

    def _encode(self, *texts: str, cut: bool | str = False, add_special_tokens: bool = True) -> Encoded:
        cutting = {"truncation": cut, "max_length": self._limit} if cut and self._truncate and self._limit else {}
        try:
            with self._lock:
                said = self._tokenizer(*texts, add_special_tokens=add_special_tokens, **cutting)
        except Exception as error:  # the Rust of fast tokenizers raises what it likes
            raise BadRequest(f"the input cannot be turned into tokens: {error}", param="input") from error
        return Encoded(said["input_ids"], said.get("token_type_ids", ()))

    def _checked(self, encoded: Encoded, param: str) -> Encoded:
        if not encoded.ids:
            raise BadRequest(f"{param} has no tokens; send a text that says something", param=param)
        if self._limit is not None and len(encoded) > self._limit:
            raise BadRequest(
                f"{param} has {len(encoded)} tokens, and this model reads {self._limit}; send shorter texts, or serve "
                "the model with --truncate, which cuts them",
                code="context_length_exceeded",
                param=param,
            )
        return encoded
