"""A model's process: its births, its deaths, and what those who asked are told."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from typing import Any

import pytest

from mlxs.backends import Done, Piece, Prompted
from mlxs.errors import BadRequest, ModelFailed, ModelUnavailable
from mlxs.requests import ChatRequest, CompletionRequest, Message
from mlxs.tasks.tokens import TokensRequest
from mlxs.testing.backends import BackendKit
from mlxs.testing.scripted import Script, ScriptedOptions, mlxs_backends
from mlxs.worker import supervisor
from mlxs.worker.mailbox import Mailbox
from mlxs.worker.supervisor import Worker

(SPEC,) = mlxs_backends()


def chat(text: object) -> ChatRequest:
    return ChatRequest(messages=(Message(role="user", content=str(text)),))


class TestScripted(BackendKit):
    """The kit, held against a backend whose every word is known."""

    requests = {
        "chat": chat(Script(say=["a"] * 60, pause=0.01)),
        "completion": CompletionRequest(prompt=str(Script(say=["a"] * 60, pause=0.01))),
        "tokens": TokensRequest(prompt="a b"),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def spec(cls) -> Any:
        return SPEC

    backend = "scripted"


async def say(worker: Worker, text: object) -> str:
    return "".join([reply.text for reply in await replies(worker, text) if isinstance(reply, Piece)])


async def replies(worker: Worker, text: object) -> list[Any]:
    return [reply async for portion in worker.ask("chat", chat(text)) for reply in portion]


def run(work: Any, **options: Any) -> Any:
    """Run `work(worker)` with a scripted worker that is ready."""

    async def main() -> Any:
        worker = Worker("test", SPEC, ScriptedOptions(**options))
        await worker.start()
        await worker.ready()
        try:
            return await asyncio.wait_for(work(worker), 60)
        finally:
            await worker.stop()

    return asyncio.run(main())


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)


def test_replies_in_order() -> None:
    assert run(lambda worker: replies(worker, "a b")) == [Prompted(2), Piece("a "), Piece("b "), Done()]


def test_errors_keep_their_kind() -> None:
    async def work(worker: Worker) -> None:
        with pytest.raises(BadRequest, match="^not this$"):
            await say(worker, Script(refuse="not this"))
        with pytest.raises(ModelFailed, match="RuntimeError: the script says so"):
            await say(worker, Script(say=["a", "b"], raise_at=1))
        assert await say(worker, "still here") == "still here "

    run(work)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_death_fails_what_was_under_way_and_nothing_else(kill: signal.Signals) -> None:
    async def work(worker: Worker) -> None:
        victims = [asyncio.create_task(say(worker, Script(say=["a"] * 10_000, pause=0.01))) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert worker.pid
        os.kill(worker.pid, kill)
        for outcome in await asyncio.gather(*victims, return_exceptions=True):
            assert isinstance(outcome, ModelFailed)
            assert kill.name in outcome.message
        await worker.ready()
        assert await say(worker, "and again") == "and again "

    run(work)


def test_five_deaths_in_a_minute_break_it() -> None:
    async def work(worker: Worker) -> None:
        for _ in range(supervisor.DEATHS):
            await worker.ready()
            with pytest.raises(ModelFailed):
                await say(worker, Script(say=["a"], abort_at=0))
        with pytest.raises(ModelUnavailable, match="5 times within a minute.*SIGABRT"):
            await worker.ready()
        assert worker.state == "broken"
        await worker.start()
        await worker.ready()
        assert await say(worker, "mended") == "mended "

    run(work)


def test_the_request_under_way_at_two_deaths_is_named(caplog: pytest.LogCaptureFixture) -> None:
    async def work(worker: Worker) -> None:
        for _ in range(2):
            await worker.ready()
            with pytest.raises(ModelFailed):
                await say(worker, Script(say=["a"], abort_at=0))

    with caplog.at_level(logging.ERROR):
        run(work)
    assert sum("under way at two deaths" in record.message for record in caplog.records) == 1


def test_leaving_early_cancels() -> None:
    async def work(worker: Worker) -> None:
        async with aclosing(worker.ask("chat", chat(Script(say=["a"] * 1_000_000, pause=0.001)))) as portions:
            await anext(portions)
            assert worker.busy == 1
        assert worker.busy == 0
        assert await say(worker, "next") == "next "

    run(work)


def test_a_slow_reader_gets_bigger_portions() -> None:
    async def main() -> None:
        box = Mailbox()
        for reply in (Prompted(1), Piece("a"), Piece("b"), BadRequest("no")):
            box.put(reply)
        assert await box.get() == [Prompted(1), Piece("a"), Piece("b")]
        with pytest.raises(BadRequest):
            await box.get()
        box.put(Done())
        assert await box.get() == [Done()]

    asyncio.run(main())


def test_what_cannot_be_loaded_is_broken_and_says_why() -> None:
    async def main() -> None:
        spec = type(SPEC)(name="x", target="no_such_module:X", options=SPEC.options)
        worker = Worker("x", spec, ScriptedOptions())
        await worker.start()
        with pytest.raises(ModelUnavailable, match="No module named 'no_such_module'"):
            await worker.ready()
        await worker.stop()

    asyncio.run(main())


def test_an_interpreter_that_is_not_there() -> None:
    async def main() -> None:
        worker = Worker("x", SPEC, ScriptedOptions(python="/nowhere/python"))
        await worker.start()
        with pytest.raises(ModelUnavailable, match="cannot be started"):
            await worker.ready()

    asyncio.run(main())


def test_the_child_ends_when_its_parent_dies() -> None:
    code = """
import asyncio, os
from mlxs.testing.scripted import ScriptedOptions, mlxs_backends
from mlxs.worker.supervisor import Worker
async def main():
    worker = Worker("x", *mlxs_backends(), ScriptedOptions())
    await worker.start(); await worker.ready()
    print(worker.pid, flush=True)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    pid, deadline = int(said), time.monotonic() + 20
    while _alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split()[2] != "Z"
    except FileNotFoundError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not os.path.exists("/proc/self")  # without /proc, the signal's answer counts
