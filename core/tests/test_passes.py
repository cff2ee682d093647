"""Passes that requests share: bounded, in turns, and each request gets its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlxs.passes import Passes, Reading


class Reader:
    """Writes words in capitals, and remembers the passes; pauses that many steps in each."""

    def __init__(self, pauses: int = 0) -> None:
        self.passes: list[list[str]] = []
        self.pauses = pauses

    def read(self, words: list[str]) -> Reading[str]:
        self.passes.append(words)
        for _ in range(self.pauses):
            yield
        if "bad" in words:
            raise ValueError("bad")
        return [word.upper() for word in words]


def step(passes: Passes[str, str], live: dict[int, Iterator[tuple[int, str] | None]]) -> list[tuple[int, int, str]]:
    """One step of the engine: which request was told which input's output."""
    passes.advance()
    told = []
    for request, answer in list(live.items()):
        try:
            if (said := next(answer)) is not None:
                told.append((request, *said))
        except StopIteration:
            del live[request]
    return told


@given(
    st.lists(st.lists(st.text("ab", min_size=1, max_size=9), min_size=1, max_size=7), min_size=1, max_size=4),
    st.integers(1, 5),
    st.integers(1, 30),
    st.integers(0, 2),
)
def test_every_input_of_every_request_gets_its_output_in_passes_of_bounded_size(requests, inputs, tokens, pauses):
    reader = Reader(pauses)
    passes = Passes(reader.read, inputs=inputs, tokens=tokens)
    live = {number: passes.run(words) for number, words in enumerate(requests)}
    told: list[tuple[int, int, str]] = []
    while live:
        told += step(passes, live)
    assert sorted(told) == [(r, n, word.upper()) for r, words in enumerate(requests) for n, word in enumerate(words)]
    for words in reader.passes:
        assert len(words) == 1 or (len(words) <= inputs and max(map(len, words)) * len(words) <= tokens)


def test_a_short_request_is_not_held_up_by_a_long_one():
    reader = Reader()
    passes = Passes(reader.read, inputs=2, tokens=100)
    live = {0: passes.run(["long"] * 50), 1: passes.run(["short"])}
    steps = 0
    while 1 in live:
        step(passes, live)
        steps += 1
    assert sum(map(len, reader.passes)) < 10 and steps < 10


def test_inputs_alike_are_read_together():
    reader = Reader()
    passes = Passes(reader.read, inputs=2, tokens=100)
    live = {0: passes.run(["a", "bbbb", "aa", "bbb"])}
    while live:
        step(passes, live)
    assert reader.passes == [["bbbb", "bbb"], ["aa", "a"]]


def test_what_was_made_is_taken_before_more_is_made():
    reader = Reader()
    passes = Passes(reader.read, inputs=3, tokens=100)
    live = {0: passes.run(["a"] * 6)}
    for _ in range(4):
        step(passes, live)
    assert len(reader.passes) == 1


def test_a_request_that_left_takes_nobody_else_with_it():
    reader = Reader(pauses=1)
    passes = Passes(reader.read, inputs=2, tokens=100)
    live = {0: passes.run(["a"] * 5), 1: passes.run(["b"] * 5)}
    told = [said for _ in range(3) for said in step(passes, live)]
    live.pop(0).close()  # type: ignore[attr-defined]
    while live:
        told += step(passes, live)
    assert [word for request, _, word in told if request == 1] == ["B"] * 5
    step(passes, live)
    made = len(reader.passes)
    step(passes, live)
    assert len(reader.passes) == made, "nobody is left to read for"


def test_a_pass_that_fails_fails_those_in_it_alone():
    reader = Reader()
    passes = Passes(reader.read, inputs=1, tokens=100)
    live = {0: passes.run(["good"]), 1: passes.run(["bad"])}
    told = []
    with pytest.raises(ValueError, match="bad"):
        for _ in range(9):
            told += step(passes, live)
    assert told == [(0, 0, "GOOD")]
    live = {2: passes.run(["again"])}
    while live:
        told += step(passes, live)
    assert told[-1] == (2, 0, "AGAIN")
