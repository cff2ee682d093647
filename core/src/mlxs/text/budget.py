"""A budget of thought: where it is used up, the thought is closed and the answer follows."""

from __future__ import annotations

from collections.abc import Sequence

from ..requests import Thought
from .decoder import Decoder


class Budget:
    """Follows one answer, and says which token must come next.

    Args:
        most: Tokens of all thoughts together at most, but for the tags.
        thought: How the model marks them.
        closing: The closing tag's tokens.
        decoder: Fresh; for this answer.
        generation_prompt: What the answer begins with, which may open a thought, or close it.
    """

    def __init__(
        self, most: int, thought: Thought, closing: Sequence[int], decoder: Decoder, generation_prompt: str = ""
    ) -> None:
        self._left = most
        self._thought = thought
        self._closing = list(closing)
        self._decoder = decoder
        self._ends = (thought.closing, *thought.ends)
        self._keep = max(map(len, (thought.opening, *self._ends))) - 1
        self._inside = thought.begun or thought.closing in generation_prompt
        self._said: list[int] = []  # the last tokens of the thought
        self._text = ""  # what may be the beginning of a tag
        self.over = False  # no thought can follow
        self._read(generation_prompt)

    def take(self, token: int) -> None:
        """Go on by a token that has been said."""
        inside = self._inside
        self._read(self._decoder.add(token))
        if not (inside and self._inside):
            self._said = []
            return
        self._left -= 1
        self._said = [*self._said, token][-len(self._closing) :]
        if self._said == self._closing:  # said, though the tag did not come out of it
            self._leave()

    @property
    def forced(self) -> int | None:
        """The token that must come next; None: any. A closing tag that the model has begun is gone on with."""
        if not self._inside or self._left > 0:
            return None
        begun = [n for n in range(len(self._closing)) if self._said[len(self._said) - n :] == self._closing[:n]]
        return self._closing[max(begun)]

    def _read(self, text: str) -> None:
        text = self._text + text
        while not self.over and (found := _first(text, self._ends if self._inside else (self._thought.opening,))):
            at, mark = found
            text = text[at + len(mark) :]
            if self._inside:
                self._leave()
            else:
                self._inside = True
        self._text = text[-self._keep :]

    def _leave(self) -> None:
        self._inside, self.over = False, not self._thought.again


def _first(text: str, marks: Sequence[str]) -> tuple[int, str] | None:
    """The mark that comes first, and where; of two there, the longest."""
    found = [(at, -len(mark), mark) for mark in marks if mark and (at := text.find(mark)) >= 0]
    return (min(found)[0], min(found)[2]) if found else None
