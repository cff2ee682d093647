"""Looks after one model's process: starts it, speaks to it, notices its death, starts it again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import ExitStack, suppress
from itertools import count
from typing import Any, Literal

from ..backends import Done, ModelInfo, Reply
from ..errors import ModelFailed, ModelUnavailable
from ..options import ModelOptions
from ..specs import BackendSpec, ElsewhereSpec, attribute
from . import wire
from .mailbox import Mailbox

log = logging.getLogger(__name__)

State = Literal["asleep", "loading", "ready", "draining", "broken"]

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
DEATHS, WITHIN = 5, 60.0
"""So many deaths in so many seconds, and the model is broken."""
LAST_WORDS, FRESH = 20, 5.0
"""Lines of stderr that are kept for the report of a death, and seconds for which they have to do with it."""


class Worker:
    """A model in a process of its own.

    Args:
        name: What logs call it.
        spec: Which backend.
        options: How it is steered.
        log_level: Of the child's logging.
    """

    def __init__(self, name: str, spec: BackendSpec, options: ModelOptions, *, log_level: str = "info") -> None:
        self.name = name
        self.state: State = "asleep"
        self.trouble = ""
        self.info: ModelInfo | None = None
        self.progress: tuple[str, float, float | None] | None = None
        self.pid: int | None = None
        self._spec = spec
        self._options = options
        self._python = spec.python if isinstance(spec, ElsewhereSpec) else options.python or sys.executable
        self._log_level = log_level
        self._ids = count()
        self._boxes: dict[int, tuple[Mailbox, int]] = {}  # with a fingerprint of the request
        self._suspects: set[int] = set()
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._words: deque[tuple[float, str]] = deque(maxlen=LAST_WORDS)
        self._changed = asyncio.Condition()
        self._life: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def busy(self) -> int:
        """Requests that the process is working on."""
        return len(self._boxes)

    async def start(self) -> None:
        """Begin to load, where it does not do so already."""
        if self.state in ("asleep", "broken"):
            self._deaths.clear()
            await self._change("loading")
            self._life = asyncio.create_task(self._watch(), name=f"model {self.name}")

    async def ready(self) -> ModelInfo:
        """Wait until the model is loaded, however long that takes.

        Raises ModelUnavailable where it never will be.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self.state not in ("loading", "draining"))
        if self.state != "ready" or self.info is None:
            raise self.unavailable()
        return self.info

    def unavailable(self) -> ModelUnavailable:
        """Why it cannot be asked."""
        return ModelUnavailable(
            f"the model {self.name!r} is {self.state}: {self.trouble or 'it was stopped'}", retry_after=30
        )

    async def stop(self) -> None:
        """End the process; requests under way fail."""
        if self._life is None:
            return
        await self._change("draining")
        self._life.cancel()
        with suppress(asyncio.CancelledError):
            await self._life
        self._life = None
        self._fail(ModelUnavailable(f"the model {self.name!r} was stopped", retry_after=5))
        await self._change("asleep")

    async def ask(self, capability: str, request: Any) -> AsyncGenerator[list[Reply]]:
        """Put a request to the model; its replies, up to and with `Done`, in the portions in which they are read.

        Leaving the iteration early cancels the request. Raises what the model made of it.
        """
        if self._writer is None or self.state != "ready":
            raise self.unavailable()
        line = wire.line(["ask", (id := next(self._ids)), capability, wire.dump(request)])
        box = Mailbox()
        self._boxes[id] = box, hash(line.partition(b",")[2].partition(b",")[2])
        self._writer.write(line)
        try:
            while True:
                portion = await box.get()
                over = isinstance(portion[-1], Done)
                if over:
                    self._boxes.pop(id, None)
                yield portion
                if over:
                    return
        finally:
            if self._boxes.pop(id, None) and self._writer is not None:
                self._writer.write(wire.line(["cancel", id]))

    async def _watch(self) -> None:
        try:
            await self._live()
        except Exception as error:
            log.exception("model %s cannot be looked after any more", self.name)
            await self._change("broken", f"{type(error).__name__}: {error}")
        self._fail(self.unavailable())

    async def _live(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._change("loading")
            self._words.clear()
            self.trouble = ""
            began = time.monotonic()
            try:
                status = await self._run()
            except OSError as error:
                await self._change("broken", f"its process cannot be started: {error}")
                return
            if self.trouble:  # it said itself that it cannot be loaded
                await self._change("broken", self.trouble)
                return
            died = self._obituary(status)
            self._accuse()
            self._fail(ModelFailed(died))
            now = time.monotonic()
            self._deaths.append(now)
            if len(self._deaths) == DEATHS and now - self._deaths[0] < WITHIN:
                await self._change("broken", f"its process died {DEATHS} times within a minute; the last time, {died}")
                return
            pause = FIRST_PAUSE if now - began > WITHIN else pause
            log.error("model %s: %s; starting it again in %g s", self.name, died, pause)
            await self._change("loading", died)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run(self) -> int:
        """One life of the process. Returns its exit status."""
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as unless_begun:
            unless_begun.callback(ours.close)
            process = await asyncio.create_subprocess_exec(
                self._python,
                *("-m", "mlxs.worker", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            unless_begun.pop_all()
        self.pid = process.pid
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 30)
        listener = asyncio.create_task(self._listen(process.stderr))
        try:
            self._writer.write(wire.line(["boot", self._boot()]))
            with suppress(ConnectionError):
                while line := await reader.readline():
                    for item in wire.read_line(line):
                        await self._take(item)
            return await process.wait()
        finally:
            self._writer.close()  # the child takes the end of the line for the end of its life
            self._writer = self.pid = None
            await _end(process)
            await listener

    def _boot(self) -> dict[str, Any]:
        return {
            "backend": self._spec.target,
            "options_type": self._spec.options,
            "options": self._options.model_dump(mode="json", exclude_unset=True),
            "log_level": self._log_level,
        }

    async def _take(self, item: list[Any]) -> None:
        match item:
            case ["loading", what, done, total]:
                self.progress = what, done, total
            case ["ready", info]:
                self.info, self.progress = wire.load(ModelInfo, info), None
                await self._change("ready")
            case ["broken", message]:
                self.trouble = message
            case [id, *_]:
                box, _ = self._boxes.get(id, (None, 0))
                if box is not None:
                    reply = wire.load_reply(item)
                    if isinstance(reply, Exception):
                        del self._boxes[id]
                    box.put(reply)

    async def _listen(self, stderr: asyncio.StreamReader | None) -> None:
        """Pass the child's log on and remember the end of it."""
        rest = b""
        while stderr is not None and (data := await stderr.read(1 << 16)):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                self._words.append((time.monotonic(), text))
                log.getChild(self.name.rpartition("/")[2]).info("%s", text)
        if rest:
            self._words.append((time.monotonic(), rest.decode(errors="replace")))

    def _obituary(self, status: int) -> str:
        cause = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        words = [line.strip() for said, line in self._words if line.strip() and time.monotonic() - said < FRESH]
        advice = attribute(self._spec.explain)("\n".join([*words, cause])) if self._spec.explain else ""
        last = f" ({words[-1]})" if words else ""
        return f"the model's process {cause}{last}" + (f". {advice}" if advice else "")

    def _accuse(self) -> None:
        """Name the requests that were under way at this death and at the one before."""
        prints = {fingerprint: id for id, (_, fingerprint) in self._boxes.items()}
        for fingerprint in self._suspects & set(prints):
            log.error("model %s: request %d was under way at two deaths in a row", self.name, prints[fingerprint])
        self._suspects = set(prints)

    def _fail(self, error: Any) -> None:
        boxes, self._boxes = self._boxes, {}
        for box, _ in boxes.values():
            box.put(error)

    async def _change(self, state: State, trouble: str = "") -> None:
        async with self._changed:
            self.state, self.trouble = state, trouble
            self._changed.notify_all()


async def _end(process: asyncio.subprocess.Process, patience: float = 5.0) -> None:
    """See a process to its end: it leaves by itself once its line is closed, or is made to."""
    if process.returncode is None:
        try:
            await asyncio.wait_for(asyncio.shield(process.wait()), patience)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
