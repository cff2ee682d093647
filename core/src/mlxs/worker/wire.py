"""What crosses between the server and a model's process: one JSON array a line, data only.

To the model:      ["boot", {...}]   ["ask", id, capability, request]   ["cancel", id]
To the server, one line an engine step, with all that was said in it:
    ["loading", what, done, total]   ["ready", info]   ["broken", message]
    [id, "piece", text, tokens, logprobs]   [id, "prompted", ...]   [id, "done", ...]   [id, "result", kind, {...}]
    [id, "error", status, message, code, param]

The child may run a stranger's code: nothing here is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter

from ..backends import CAPABILITIES, Divergence, Done, Piece, Prompted
from ..errors import ModelFailed, RequestError, by_status
from ..events import TokenLogprob

T = TypeVar("T")


def line(message: Any) -> bytes:
    """A message, ready to be sent."""
    return orjson.dumps(message) + b"\n"


read_line = orjson.loads


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def dump(value: Any) -> Any:
    """A dataclass as JSON data."""
    return _adapter(type(value)).dump_python(value, mode="json")


def load(kind: type[T], data: Any) -> T:
    """JSON data as the dataclass it was."""
    return _adapter(kind).validate_python(data)  # type: ignore[no-any-return]


def load_request(capability: str, data: Any) -> Any:
    """A request, as the capability's method or the backend's `prepare` takes it."""
    return load(CAPABILITIES[capability].request, data)


RESULTS = {kind.__name__: kind for capability in CAPABILITIES.values() for kind in capability.results}


def dump_reply(id: int, reply: Any) -> list[Any]:
    """A reply as an item of the line of its step."""
    match reply:
        case Piece(text, tokens, ()):
            return [id, "piece", text, tokens]
        case Piece(text, tokens, logprobs):
            return [id, "piece", text, tokens, [dump(token) for token in logprobs]]
        case Prompted(tokens, cached, generation_prompt, divergence):
            return [id, "prompted", tokens, cached, generation_prompt, divergence and dump(divergence)]
        case Done(reason, stop):
            return [id, "done", reason, stop]
    return [id, "result", type(reply).__name__, dump(reply)]


def dump_error(id: int, error: Exception) -> list[Any]:
    """A failed request as an item of the line of its step."""
    if not isinstance(error, RequestError):
        error = ModelFailed(f"the model failed on this request: {type(error).__name__}: {error}")
    return [id, "error", error.status, error.message, error.code, error.param]


def load_reply(item: list[Any]) -> Any:
    """An item that is not about the model as a whole."""
    match item:
        case [_, "piece", text, tokens]:
            return Piece(text, tokens)
        case [_, "piece", text, tokens, logprobs]:
            return Piece(text, tokens, tuple(load(TokenLogprob, token) for token in logprobs))
        case [_, "prompted", tokens, cached, generation_prompt, divergence]:
            return Prompted(tokens, cached, generation_prompt, divergence and load(Divergence, divergence))
        case [_, "done", reason, stop]:
            return Done(reason, stop)
        case [_, "result", kind, data]:
            return load(RESULTS[kind], data)
        case [_, "error", status, message, code, param]:
            return by_status(status)(message, code=code, param=param)
    raise ValueError(f"the model's process sent {item!r}")
