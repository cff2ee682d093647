"""Forward passes that requests share: for models whose answer to an input is one pass, such as embeddings.

A backend keeps a `Passes`, calls its `advance` from its own, and answers with `run`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence, Sized
from typing import Generic, TypeVar

InputT = TypeVar("InputT", bound=Sized)
OutputT = TypeVar("OutputT")

Reading = Generator[None, None, Sequence[OutputT]]
"""A pass under way: it may pause, for an engine step each time, and returns an output an input."""


class Passes(Generic[InputT, OutputT]):
    """Puts inputs of all requests that wait into passes of bounded size.

    Requests take turns in giving an input, so that a long one does not hold up a short one. The next
    pass begins once all that the last one made has been taken.

    Args:
        read: One pass over some inputs.
        inputs: How many a pass takes at most.
        tokens: Tokens of a pass at most, padding included; an input that is longer gets a pass of its own.
    """

    def __init__(self, read: Callable[[list[InputT]], Reading[OutputT]], *, inputs: int, tokens: int) -> None:
        self._read = read
        self._inputs = inputs
        self._tokens = tokens
        self._waiting: deque[_Request[InputT, OutputT]] = deque()
        self._reading: Reading[OutputT] | None = None
        self._from: list[tuple[_Request[InputT, OutputT], int]] = []
        self._untaken = 0

    def run(self, inputs: Sequence[InputT]) -> Iterator[tuple[int, OutputT] | None]:
        """The number of each input and what came of it, in the order of their passes; None in between."""
        request = _Request[InputT, OutputT](inputs)
        self._waiting.append(request)
        try:
            for _ in inputs:
                while not request.outputs:
                    if request.trouble is not None:
                        raise request.trouble
                    yield None
                self._untaken -= 1
                yield request.outputs.popleft()
        finally:
            self._untaken -= len(request.outputs)
            request.outputs.clear()
            request.left = True
            if request in self._waiting:
                self._waiting.remove(request)

    def advance(self) -> None:
        """Go on with the pass, or begin one: a backend's `advance`, or part of it."""
        if self._reading is None:
            if self._untaken or not self._waiting:
                return
            self._from = self._gather()
            self._reading = self._read([request.inputs[number] for request, number in self._from])
        try:
            next(self._reading)
        except StopIteration as done:
            self._reading = None
            for (request, number), output in zip(self._from, done.value, strict=True):
                if not request.left:
                    request.outputs.append((number, output))
                    self._untaken += 1
        except Exception as error:
            self._reading = None
            for request, _ in self._from:
                request.trouble = error

    def _gather(self) -> list[tuple[_Request[InputT, OutputT], int]]:
        """The inputs of the next pass."""
        gathered: list[tuple[_Request[InputT, OutputT], int]] = []
        longest = 0
        while self._waiting and len(gathered) < self._inputs:
            request = self._waiting[0]
            number = request.unread[-1]
            longest = max(longest, len(request.inputs[number]))
            if gathered and longest * (len(gathered) + 1) > self._tokens:
                break
            gathered.append((request, request.unread.pop()))
            self._waiting.popleft()
            if request.unread:
                self._waiting.append(request)
        return gathered


class _Request(Generic[InputT, OutputT]):
    """One request's inputs, and what of them is not read, or not taken."""

    def __init__(self, inputs: Sequence[InputT]) -> None:
        self.inputs = inputs
        self.unread = sorted(range(len(inputs)), key=lambda number: len(inputs[number]))  # those alike together
        self.outputs: deque[tuple[int, OutputT]] = deque()
        self.trouble: Exception | None = None
        self.left = False
