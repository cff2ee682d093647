"""The loop that moves every live answer on by one step, and says what came of it in one line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from ..backends import CAPABILITIES, Backend, Done, Replies
from . import wire

log = logging.getLogger(__name__)

Inbox = SimpleQueue[list[Any]]
"""Commands: what the server sent, `["prepared", id, capability, request, error]`, and `["end"]`."""


class Engine:
    """All requests of one model.

    Runs in one thread, the only one that touches the model. Requests are prepared in others.

    Args:
        backend: The model, loaded.
        inbox: Where commands come from.
        say: Takes the items of one step.
    """

    def __init__(self, backend: Backend[Any], inbox: Inbox, say: Callable[[list[Any]], None]) -> None:
        self._backend = backend
        self._inbox = inbox
        self._say = say
        self._preparing: set[int] = set()
        self._live: dict[int, Replies] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="prepare")

    def run(self) -> None:
        """Work until the server is gone."""
        try:
            while self._read():
                if said := self._step():
                    self._say(said)
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
            for id in list(self._live):
                self._close(id)

    def _read(self) -> bool:
        """Take every command there is, and wait for one where there is nothing else to do."""
        while not self._live or not self._inbox.empty():
            match self._inbox.get():
                case ["end"]:
                    return False
                case ["ask", id, capability, request]:
                    self._preparing.add(id)
                    self._threads.submit(self._prepare, id, capability, request)
                case ["prepared", id, capability, request, error]:
                    if id in self._preparing:
                        self._preparing.remove(id)
                        self._begin(id, capability, request, error)
                case ["cancel", id]:
                    self._preparing.discard(id)
                    self._close(id)
        return True

    def _prepare(self, id: int, capability: str, request: Any) -> None:
        prepared, failure = None, None
        try:
            prepared = self._backend.prepare(wire.load_request(capability, request))
        except Exception as error:
            failure = error
        self._inbox.put(["prepared", id, capability, prepared, failure])

    def _begin(self, id: int, capability: str, request: Any, failure: Exception | None) -> None:
        try:
            if failure is not None:
                raise failure
            self._live[id] = getattr(self._backend, CAPABILITIES[capability].method)(request)
        except Exception as error:
            self._say([self._failed(id, error)])

    def _step(self) -> list[Any]:
        if not self._live:
            return []
        try:
            self._backend.advance()
        except Exception as error:
            return [self._failed(id, error) for id in list(self._live)]
        said: list[Any] = []
        for id, replies in list(self._live.items()):
            try:
                reply = next(replies)
            except StopIteration:
                reply = Done()
            except Exception as error:
                said.append(self._failed(id, error))
                continue
            if reply is not None:
                said.append(wire.dump_reply(id, reply))
            if isinstance(reply, Done):
                self._close(id)
        return said

    def _failed(self, id: int, error: Exception) -> list[Any]:
        item = wire.dump_error(id, error)
        if item[2] >= 500:
            log.error("request %d failed", id, exc_info=error)
        self._close(id)
        return item

    def _close(self, id: int) -> None:
        replies = self._live.pop(id, None)
        try:
            if replies is not None and hasattr(replies, "close"):
                replies.close()
        except Exception:
            log.exception("request %d could not be closed", id)
