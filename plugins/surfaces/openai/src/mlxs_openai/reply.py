"""An answer of one or several choices on its way out: as a stream of chunks, or as the body they add up to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from fastapi import Request, Response

from mlxs.errors import RequestError
from mlxs.events import Event
from mlxs.requests import SamplingParams
from mlxs.server import errors, pipeline, sse
from mlxs.server.disconnect import unless_gone

from .sampling import SamplingBody

Chunk = dict[str, Any]
END = b"data: [DONE]\n\n"


class Writer(Protocol):
    """Writes the chunks of one dialect."""

    def begin(self, choice: int) -> Chunk:
        """The chunk that opens a choice."""

    def chunks(self, choice: int, events: Sequence[Event]) -> Iterator[Chunk]:
        """The chunks of a portion of events."""

    def usage(self) -> Chunk:
        """The chunk with what all choices took; the only one without choices."""


async def reply(
    request: Request,
    body: SamplingBody,
    answers: list[pipeline.Events],
    writer: Writer,
    fold: Callable[[Iterable[Chunk]], Any],
) -> Response:
    """The answers as the client wants them."""
    chunks = _chunks(writer, answers)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return sse.stream(_frames(chunks, usage=usage), _failed)
    return errors.json_response(fold(await unless_gone(request, collected(chunks))))


async def begun(answer: Callable[[int], Awaitable[pipeline.Events]], n: int) -> list[pipeline.Events]:
    """As many answers as are wanted.

    The first has been taken by the model when this returns, so that a request it refuses is refused
    before anything is sent; the others begin when they are read, since they may have to wait for it.
    """

    async def later(number: int) -> pipeline.Events:
        async with aclosing(await answer(number)) as events:
            async for portion in events:
                yield portion

    return [await answer(0), *(later(number) for number in range(1, n))]


def seed(sampling: SamplingParams, number: int) -> int | None:
    """The seed of one of several answers: each has its own, of 64 bits at most."""
    return None if sampling.seed is None else (sampling.seed + number) % 2**64


async def _chunks(writer: Writer, answers: list[pipeline.Events]) -> AsyncGenerator[list[Chunk], None]:
    yield [writer.begin(choice) for choice in range(len(answers))]
    async with aclosing(pipeline.side_by_side(answers)) as portions:
        async for choice, events in portions:
            yield list(writer.chunks(choice, events))
    yield [writer.usage()]


async def collected(portions: AsyncGenerator[list[Chunk], None]) -> list[Chunk]:
    """All chunks of a stream."""
    async with aclosing(portions):
        return [chunk async for portion in portions for chunk in portion]


async def _frames(portions: AsyncGenerator[list[Chunk], None], *, usage: bool) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            if frames := b"".join(sse.frame(chunk) for chunk in portion if usage or chunk["choices"]):
                yield frames
    yield END


def _failed(error: RequestError) -> bytes:
    return sse.frame(errors.openai(error)) + END
