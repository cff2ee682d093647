"""What every chat surface must do, as tests: subclass, say how it is spoken to, and run pytest.

class TestAcme(SurfaceKit):
    surface = "acme"

    def ask(self, text, *, stream): return "/acme/chat", {"say": text, "stream": stream}
    def fold(self, events): return {"said": "".join(event["said"] for event in events)}
    def is_error(self, event): return "error" in event
"""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import httpx
import orjson
import pytest

from .scripted import Script
from .serving import Served, serving

PATIENCE = 30.0
"""Seconds after which a test gives up waiting."""


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    """The JSON data of a stream's events, in order."""
    lines = [line.removeprefix("data:").strip() for line in response.text.splitlines() if line.startswith("data:")]
    return [orjson.loads(line) for line in lines if line != "[DONE]"]


class SurfaceKit:
    """Tests of an installed chat surface on the scripted backend, over a real connection.

    Args of the class:
        surface: Its name.
        scripts: Answers by name: what the model says, piece by piece.
        model: Options of the scripted model, such as the parsers its answers want.
        volatile: Keys that differ between two answers to one request, such as ids and times.
        extra: Fields that every request carries, such as the tools that the scripts call.
    """

    surface: ClassVar[str]
    scripts: ClassVar[Mapping[str, Script]] = {
        "words": Script(say=["Hel", "lo ", "you"]),
        "nothing": Script(say=[]),
        "cut short": Script(say=["and so"], reason="length"),
    }
    model: ClassVar[Mapping[str, Any]] = {}
    volatile: ClassVar[frozenset[str]] = frozenset({"id", "created", "created_at"})
    extra: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def ask(self, text: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
        """Path and body of a request whose last message is this text."""

    @abstractmethod
    def fold(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        """The body that a stream's events add up to."""

    @abstractmethod
    def is_error(self, event: Mapping[str, Any]) -> bool:
        """Whether an event, or a body, is an error of this dialect."""

    @pytest.fixture(scope="class")
    @classmethod
    def served(cls) -> Iterator[Served]:
        with serving({"scripted": cls.model}) as served:
            served.app.catalog.surfaces.find(cls.surface)
            yield served

    def post(self, served: Served, script: Script | str, *, stream: bool) -> httpx.Response:
        path, body = self.ask(str(script), stream=stream)
        return httpx.post(served.url + path, json={**body, **self.extra}, timeout=PATIENCE)

    def settled(self, body: Any) -> Any:
        """The body without what differs from answer to answer."""
        if isinstance(body, dict):
            return {key: self.settled(value) for key, value in body.items() if key not in self.volatile}
        return [self.settled(value) for value in body] if isinstance(body, list) else body

    def test_body_is_the_fold_of_its_stream(self, served: Served) -> None:
        for name, script in self.scripts.items():
            body = self.post(served, script, stream=False)
            stream = self.post(served, script, stream=True)
            assert body.status_code == stream.status_code == 200, f"{name}: {body.text}"
            assert self.settled(self.fold(events_of(stream))) == self.settled(body.json()), name

    def test_refusal_is_an_error_of_the_dialect(self, served: Served) -> None:
        for stream in (False, True):
            answer = self.post(served, Script(refuse="not like this"), stream=stream)
            assert answer.status_code == 400
            assert self.is_error(answer.json())
            assert "not like this" in answer.text

    def test_malformed_body_is_an_error_of_the_dialect(self, served: Served) -> None:
        path, _ = self.ask("x", stream=False)
        for content in (b"{", b"[]", b"\xff", b"{}"):
            answer = httpx.post(served.url + path, content=content, headers={"content-type": "application/json"})
            assert answer.status_code == 400, content
            assert self.is_error(answer.json())

    def test_failure_after_the_first_byte_is_an_error_event(self, served: Served) -> None:
        stream = self.post(served, Script(say=["a"] * 9, pause=0.02, raise_at=5), stream=True)
        assert stream.status_code == 200
        assert self.is_error(events_of(stream)[-1])

    def test_death_is_an_error_and_the_next_request_is_answered(self, served: Served) -> None:
        script = Script(say=["a"] * 9, pause=0.02, abort_at=5)
        assert self.is_error(events_of(self.post(served, script, stream=True))[-1])
        assert self.post(served, "and again", stream=False).status_code == 200
        assert self.is_error(self.post(served, script, stream=False).json())
        assert self.post(served, "and again", stream=False).status_code == 200

    @pytest.mark.parametrize("stream", [True, False])
    def test_disconnect_cancels(self, served: Served, stream: bool) -> None:
        path, body = self.ask(str(Script(say=["a"] * 100_000, pause=0.01)), stream=stream)
        (model,) = served.app.pool
        leave = threading.Event()

        def client() -> None:
            try:
                timeout = PATIENCE if stream else 0.5
                with httpx.stream("POST", served.url + path, json={**body, **self.extra}, timeout=timeout) as answer:
                    next(answer.iter_bytes())
            except httpx.TimeoutException:
                pass
            leave.set()

        threading.Thread(target=client, daemon=True).start()
        assert leave.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while model.worker.busy or model.queue.running:
            assert time.monotonic() < deadline, "the request goes on though its client is gone"
            time.sleep(0.01)
