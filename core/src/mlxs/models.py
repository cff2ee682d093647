"""The models a server has: found by name, loaded when wanted, let go of when idle."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing
from functools import cached_property
from typing import Any

from .backends import ModelInfo, Prompted, Reply
from .catalog import Catalog
from .choice import converter, parsers
from .dialect import Dialect
from .elsewhere import usable
from .errors import ModelNotFound, NotServed
from .options import ModelOptions
from .queue import Queue
from .worker.supervisor import Worker

log = logging.getLogger(__name__)


class Model:
    """One model: its process, its queue, its names.

    Args:
        catalog: Where backend and parsers are found. Raises CatalogError where they are not.
        options: Of this model.
        name: What clients call it.
        aliases: What else they may call it.
    """

    def __init__(
        self,
        catalog: Catalog,
        options: ModelOptions,
        name: str,
        aliases: Iterable[str] = (),
        *,
        log_level: str = "info",
    ) -> None:
        self.spec = usable(catalog, options.model_type, options.python)
        self.name = name
        self.aliases = frozenset(aliases)
        self.options = options
        self.created = int(time.time())
        self.worker = Worker(name, self.spec, options, log_level=log_level)
        self.last_used = time.monotonic()
        self.calls = Counter[str]()  # tool calls made: `declared`, and `undeclared` ones of tools nobody offered
        self.prompted: dict[str, Prompted] = {}  # by the number of the request, the oldest first
        self._closed = False
        self._wanted = 0  # requests that wait for it to be loaded
        self._catalog = catalog
        self.dialect_for(None)  # an unknown parser is an error now, not at the first request

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What it can do."""
        return self.spec.capabilities

    @property
    def state(self) -> str:
        return self.worker.state

    @property
    def info(self) -> ModelInfo | None:
        """What is known of it; None until it has been loaded once."""
        return self.worker.info

    @cached_property
    def queue(self) -> Queue:
        """Who waits for it; known once it has been loaded."""
        told = self.info.concurrency if self.info else 1
        return Queue(self.options.concurrency or told, self.options.queue_size, self.options.queue_timeout)

    @cached_property
    def dialect(self) -> Dialect:
        """How it is spoken with; known once it has been loaded."""
        return self.dialect_for(self.info)

    def dialect_for(self, info: ModelInfo | None) -> Dialect:
        """How it would be spoken with if this were known of it."""

        def asked(option: str) -> str:
            return getattr(self.options, option, "none")

        tools, reasoning = parsers(self._catalog, asked("tool_call_parser"), asked("reasoning_parser"), info)
        converted = converter(self._catalog.converters, asked("message_converter"), tools.spec)
        return Dialect(tools, reasoning, converted)

    def require(self, capability: str) -> None:
        """Raise NotServed where the model cannot do that."""
        if capability not in self.capabilities:
            able = [spec.name for spec in self._catalog.backends if capability in spec.capabilities]
            add = f"; add a model with --model-type {' or '.join(able)}" if able else "; no installed plugin can"
            raise NotServed(f"the model {self.name!r} has no {capability}, only {', '.join(self.capabilities)}{add}")

    async def load(self) -> ModelInfo:
        """Have it loaded. Raises ModelUnavailable where it cannot be."""
        self._wanted += 1
        try:
            if self._closed:
                raise self.worker.unavailable()
            if self.worker.state == "asleep":
                await self.worker.start()
            return await self.worker.ready()
        finally:
            self._wanted -= 1
            self._touch()

    async def ask(self, capability: str, request: Any) -> AsyncGenerator[list[Reply]]:
        """Wait for a place, then put the request; its replies, in portions. Leaving early cancels."""
        self.require(capability)
        self.last_used = time.monotonic()
        await self.load()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.queue.place())
            await self.load()
            replies = await stack.enter_async_context(aclosing(self.worker.ask(capability, request)))
            stack.callback(self._touch)
            async for portion in replies:
                yield portion

    async def close(self) -> None:
        """End its process for good: who asks now, or waits for a place, is refused."""
        self._closed = True
        await self.worker.stop()

    def _touch(self) -> None:
        self.last_used = time.monotonic()

    @property
    def idle(self) -> bool:
        """Whether nobody uses it or waits for it."""
        return not self._wanted and not self.worker.busy and not self.queue.running and not self.queue.waiting


class Pool:
    """All models of a server.

    Args:
        models: In the order in which clients are to see them.
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self.models = {model.name: model for model in models}
        self._tasks: list[asyncio.Task[None]] = []

    def find(self, name: str) -> Model:
        """The model of that name, path or alias; the only one where no name is given.

        Raises ModelNotFound, with what there is.
        """
        if model := self.models.get(name):
            return model
        for model in self.models.values():
            if name in model.aliases:
                return model
        if not name and len(self.models) == 1:
            return next(iter(self.models.values()))
        there = ", ".join(self.models) or "none"
        said = f"there is no model {name!r} here" if name else "the request names no model"
        raise ModelNotFound(f"{said}; models: {there}", param="model")

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models.values())

    async def start(self) -> None:
        """Load every model that is not on demand, and begin to watch for idle ones."""
        for model in self:
            if not model.options.on_demand:
                await model.worker.start()
            else:
                self._tasks.append(asyncio.create_task(self._unload_when_idle(model)))

    async def stop(self) -> None:
        """End every model's process for good. May be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(model.close() for model in self))

    async def _unload_when_idle(self, model: Model) -> None:
        timeout = model.options.on_demand_idle_timeout
        while True:
            await asyncio.sleep(max(min(timeout, 1.0), model.last_used + timeout - time.monotonic()))
            if model.state == "ready" and model.idle and time.monotonic() - model.last_used >= timeout:
                log.info("model %s was idle for %g s and is unloaded", model.name, timeout)
                await model.worker.stop()
