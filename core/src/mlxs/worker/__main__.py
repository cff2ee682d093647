"""A model's process: `python -m mlxs.worker FD`, started by the supervisor and never by hand."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

from ..backends import Backend
from ..errors import MlxsError
from ..specs import attribute
from . import wire
from .engine import Engine, Inbox

GRACE = 10.0
"""Seconds that a step under way may take once the server is gone."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the server decides what it means
    connection = socket.socket(fileno=int(sys.argv[1]))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is log, not data
    lines = connection.makefile("rb")
    _, boot = wire.read_line(lines.readline())
    logging.basicConfig(
        level=boot["log_level"].upper(), format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    inbox: Inbox = Inbox()
    threading.Thread(target=_listen, args=(lines, inbox), daemon=True).start()

    def say(items: list[Any]) -> None:
        try:
            connection.sendall(wire.line(items))
        except OSError:
            inbox.put(["end"])

    backend: Backend[Any] | None = None
    try:
        backend = attribute(boot["backend"])(attribute(boot["options_type"])(**boot["options"]))
        info = backend.load(_Progress(say))
    except MlxsError as error:
        say([["broken", str(error)]])
    except Exception as error:
        logging.getLogger(__name__).exception("the model could not be loaded")
        say([["broken", f"the model could not be loaded: {type(error).__name__}: {error}"]])
    else:
        say([["ready", wire.dump(info)]])
        Engine(backend, inbox, say).run()
    finally:
        if backend is not None:
            backend.close()


class _Progress:
    """Says how far loading has come, ten times a second at most."""

    def __init__(self, say: Any) -> None:
        self._say = say
        self._next = 0.0

    def __call__(self, what: str, done: float, total: float | None) -> None:
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + 0.1
            self._say([["loading", what, done, total]])


def _listen(lines: Any, inbox: Inbox) -> None:
    try:
        for line in lines:
            inbox.put(wire.read_line(line))
    finally:
        inbox.put(["end"])
        time.sleep(GRACE)
        os._exit(1)


if __name__ == "__main__":
    main()
