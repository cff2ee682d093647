"""What the tests of several files share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

ADDED = {"store", "presence_penalty", "frequency_penalty", "status", "bytes"}
"""Fields that the Open Responses specification or OpenAI itself has, and the SDK's types do not."""


@pytest.fixture(scope="session")
def strict() -> Callable[..., None]:
    """Checks JSON against a type of the SDK: the right one of a union, nothing coerced, nothing it does not know."""

    made = cache(TypeAdapter)

    def check(body: Any, kind: Any = Response) -> None:
        adapter: TypeAdapter[Any] = made(kind)
        read = adapter.validate_python(body, strict=True)
        assert adapter.dump_python(read, exclude_unset=True, by_alias=True) == body
        assert set(_unknown(read)) <= ADDED

    return check


@pytest.fixture(scope="session")
def strict_events(strict: Callable[..., None]) -> Callable[[list[dict[str, Any]]], None]:
    """Checks a whole stream."""

    def check(events: list[dict[str, Any]]) -> None:
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        for event in events:
            strict(event, ResponseStreamEvent)

    return check


def _unknown(read: Any) -> Iterator[str]:
    if isinstance(read, BaseModel):
        yield from read.model_extra or ()
        for name in read.model_fields_set & set(type(read).model_fields):
            yield from _unknown(getattr(read, name))
    elif isinstance(read, list):
        for value in read:
            yield from _unknown(value)
