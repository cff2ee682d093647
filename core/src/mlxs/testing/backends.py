"""What every backend must do, as tests: subclass, say which backend, and run pytest.

class TestEcho(BackendKit):
    backend = "echo"
    requests = {"chat": ChatRequest(messages=(Message(role="user", content="one two three"),))}
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import aclosing
from typing import Any, ClassVar

import pytest

from ..advice import SIGNS
from ..backends import CAPABILITIES, Done, Reply
from ..catalog import Catalog
from ..errors import RequestError
from ..plugins import Plugins
from ..specs import BackendSpec, attribute
from ..worker.supervisor import Worker

AT_ONCE = {"tokens"}
"""Capabilities whose one answer is there as soon as it is asked for."""


class Recorded(Worker):
    """A worker that remembers in which order it was told things."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: list[int] = []

    async def _take(self, item: list[Any]) -> None:
        if isinstance(item[0], int):
            self.told.append(item[0])
        await super()._take(item)


class BackendKit:
    """Tests of an installed backend, in the real process it will live in.

    Override the `options` fixture to give it options, such as `model_path`.

    Args of the class:
        backend: Its name.
        requests: A request for each capability it declares, each long enough for several steps.
    """

    backend: ClassVar[str]
    requests: ClassVar[Mapping[str, Any]]

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls) -> Mapping[str, Any]:
        return {}

    @pytest.fixture(scope="class")
    @classmethod
    def spec(cls) -> BackendSpec:
        plugins = Plugins()
        plugins.discover()
        return Catalog(plugins).backends.find(cls.backend)

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Iterator[asyncio.Runner]:
        with asyncio.Runner() as runner:
            yield runner

    @pytest.fixture(scope="class")
    @classmethod
    def worker(cls, spec: BackendSpec, options: Mapping[str, Any], runner: asyncio.Runner) -> Iterator[Recorded]:
        kind = spec.options_type()
        worker = Recorded(cls.backend, spec, kind(model_type=cls.backend, **options))
        runner.run(_started(worker))
        yield worker
        runner.run(worker.stop())

    def test_declares_what_it_can_do(self, spec: BackendSpec) -> None:
        """The spec's capabilities are those of its class, and each has a request in this test."""
        assert set(spec.capabilities) <= set(CAPABILITIES)
        assert set(self.requests) == set(spec.capabilities)

    def test_what_to_do_about_its_death_can_be_done(self, spec: BackendSpec) -> None:
        """Advice, where the backend has any, names options that there are, and is silent where nothing is known."""
        if spec.explain:
            explain = attribute(spec.explain)
            told = " ".join(explain(sign) for signs in SIGNS.values() for sign in signs)
            flags = set(re.findall(r"--([a-z-]+)", told))
            assert flags <= {name.replace("_", "-") for name in spec.options_type().model_fields}
            assert told and not explain("all is well")

    def test_loads(self, worker: Recorded) -> None:
        assert worker.state == "ready"
        assert worker.info is not None

    def test_answers(self, worker: Recorded, runner: asyncio.Runner) -> None:
        """Every capability answers, and says when it is done."""
        for capability, request in self.requests.items():
            replies = runner.run(_all(worker, capability, request))
            assert isinstance(replies[-1], Done)
            assert len(replies) > 1

    def test_interleaves(self, worker: Recorded, runner: asyncio.Runner) -> None:
        """Of two requests sent together, neither waits for the other's end."""
        for capability in self.requests.keys() - AT_ONCE:
            request = self.requests[capability]
            worker.told.clear()
            runner.run(_together(_all(worker, capability, request), _all(worker, capability, request)))
            first, second = sorted(set(worker.told))
            assert worker.told.index(second) < len(worker.told) - worker.told[::-1].index(first) - 1

    def test_cancels(self, worker: Recorded, runner: asyncio.Runner) -> None:
        """Nothing more is said of a cancelled request once a later one has begun."""
        for capability, request in self.requests.items():
            worker.told.clear()
            runner.run(_first(worker, capability, request))
            runner.run(_all(worker, capability, request))
            first, second = sorted(set(worker.told))
            assert first not in worker.told[worker.told.index(second) :]

    def test_fails_alone(self, worker: Recorded, runner: asyncio.Runner) -> None:
        """A request that makes no sense fails; the one beside it does not."""
        for capability, request in self.requests.items():
            failed, answered = runner.run(_together(_nonsense(worker, capability), _all(worker, capability, request)))
            assert isinstance(failed, RequestError)
            assert isinstance(answered[-1], Done)

    def test_stops_twice(self, spec: BackendSpec, options: Mapping[str, Any], runner: asyncio.Runner) -> None:
        worker = Recorded(self.backend, spec, spec.options_type()(model_type=self.backend, **options))
        runner.run(_started(worker))
        runner.run(worker.stop())
        runner.run(worker.stop())
        assert worker.state == "asleep"


async def _started(worker: Worker) -> None:
    await worker.start()
    await worker.ready()


async def _all(worker: Worker, capability: str, request: Any) -> list[Reply]:
    return [reply async for portion in worker.ask(capability, request) for reply in portion]


async def _first(worker: Worker, capability: str, request: Any) -> list[Reply]:
    async with aclosing(worker.ask(capability, request)) as replies:
        return await anext(replies)


async def _nonsense(worker: Worker, capability: str) -> RequestError | None:
    try:
        await _all(worker, capability, {"nonsense": True})
    except RequestError as error:
        return error
    return None


async def _together(*work: Coroutine[Any, Any, Any]) -> list[Any]:
    return list(await asyncio.gather(*work))
