"""Responses over a WebSocket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest
from openai.types.responses import ResponsesServerEvent
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import PATIENCE

Strict = Callable[..., None]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({"m": {}}, api_key="secret", max_body_size=10_000) as served:
        yield served


@contextmanager
def connected(served: Served, key: str = "secret") -> Iterator[ClientConnection]:
    url = served.url.replace("http", "ws") + "/v1/responses"
    with connect(url, additional_headers={"authorization": f"Bearer {key}"}) as socket:
        yield socket


def say(socket: ClientConnection, input: object, **body: Any) -> list[dict[str, Any]]:
    """Ask, and hear all events of the answer."""
    input = str(input) if isinstance(input, Script) else input
    socket.send(json.dumps({"type": "response.create", "input": input, **body}))
    return hear(socket)


def hear(socket: ClientConnection) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] not in ("response.completed", "response.failed", "error"):
        events.append(json.loads(socket.recv(timeout=30)))
    return events


def test_events_are_those_of_http(served: Served, strict: Strict) -> None:
    with connected(served) as socket:
        events = say(socket, "hello there")
    for event in events:
        strict(event, ResponsesServerEvent)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "hello there "


def test_a_connection_remembers_what_nobody_stores(served: Served) -> None:
    with connected(served) as socket:
        warm = say(socket, "one", store=False, generate=False)[-1]["response"]
        assert warm["output"] == []
        first = say(socket, "two", store=False, previous_response_id=warm["id"])[-1]["response"]
        second = say(socket, "three", store=False, previous_response_id=first["id"])[-1]["response"]
        assert second["usage"]["input_tokens"] == 4
    with connected(served) as socket:
        (error,) = say(socket, "four", previous_response_id=second["id"])
        assert error["error"]["code"] == "previous_response_not_found"


def test_what_cannot_be_gone_on_from_is_forgotten(served: Served) -> None:
    orphan: Any = [{"type": "function_call_output", "call_id": "c", "output": "x"}]
    broken: Any = str(Script(say=["a", "b"], pause=0.02, raise_at=1))
    with connected(served) as socket:
        for input in (orphan, broken):
            first = say(socket, "one", store=False)[-1]["response"]
            assert say(socket, input, store=False, previous_response_id=first["id"])[-1]["type"] in (
                "error",
                "response.failed",
            )
            (error,) = say(socket, "two", store=False, previous_response_id=first["id"])
            assert error["error"]["code"] == "previous_response_not_found"


def test_an_error_leaves_the_connection_open(served: Served, strict: Strict) -> None:
    with connected(served) as socket:
        for frame in (
            "{",
            "[]",
            '{"type": "response.cancel"}',
            '{"type": "response.create", "input": 7}',
            b"\xff",
            "x" * 10_001,
        ):
            socket.send(frame)
            (error,) = hear(socket)
            strict(error, ResponsesServerEvent)
            assert error["status"] in (400, 413)
        assert say(socket, Script(refuse="not like this"))[-1]["error"]["message"] == "not like this"
        assert say(socket, "x", background=True)[-1]["status"] == 400
        failed = say(socket, Script(say=["a", "b"], pause=0.02, raise_at=1))
        assert failed[-1]["type"] == "response.failed"
        assert say(socket, "and again")[-1]["type"] == "response.completed"


def test_lanes_run_side_by_side(served: Served) -> None:
    create = {"type": "response.create", "input": str(Script(say=["a"] * 500, pause=0.05)), "stream_id": "slow"}
    with connected(served) as socket:
        socket.send(json.dumps(create))
        assert json.loads(socket.recv())["stream_id"] == "slow"
        socket.send(json.dumps({"type": "response.create", "input": "hello", "stream_id": "fast"}))
        while (event := json.loads(socket.recv()))["type"] != "response.completed":
            assert event["stream_id"] in ("slow", "fast")
        assert event["stream_id"] == "fast"


def test_the_key_is_asked_for(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused, connected(served, key="wrong"):
        pass
    assert refused.value.response.status_code == 401
    assert refused.value.response.headers["x-request-id"]
    assert b"API key" in (refused.value.response.body or b"")


def test_the_sdk_connects(served: Served) -> None:
    client = openai.OpenAI(base_url=served.url + "/v1", api_key="secret")
    with client.responses.connect() as connection:
        connection.response.create(model="m", input="hello")
        text = ""
        for event in connection:
            text += event.delta if event.type == "response.output_text.delta" else ""
            if event.type == "response.completed":
                break
    assert text == "hello "


def test_who_leaves_is_not_answered(served: Served) -> None:
    (model,) = served.app.pool
    with connected(served) as socket:
        endless = str(Script(say=["a"] * 500, pause=0.05))
        socket.send(json.dumps({"type": "response.create", "input": endless}))
        while json.loads(socket.recv())["type"] != "response.output_text.delta":
            pass
    deadline = time.monotonic() + PATIENCE
    while model.worker.busy or model.queue.running:
        assert time.monotonic() < deadline, "the answer goes on though its client is gone"
        time.sleep(0.01)
