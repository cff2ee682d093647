"""The server that a command talks to: the one named, the one that runs already, or one started for it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from mlxs.errors import MlxsError

from .client import DEFAULT_URL, Server

Command = TypeVar("Command", bound=click.Command)


def reaching(command: Command) -> Command:
    """Give a command the options that `reach` takes, and `--model`."""
    command.params += [
        click.Option(["--url"], help=f"Server to talk to. [{DEFAULT_URL}, or one started for this]"),
        click.Option(["--api-key"], envvar="MLXS_API_KEY", help="Its key."),
        click.Option(["--model"], default="", help="Which of its models."),
        click.Option(["--model-path"], help="Start a server with this model."),
    ]
    return command


@contextmanager
def reach(url: str | None, api_key: str | None, model_path: str | None) -> Iterator[Server]:
    """The server named, the one that runs already, or one started for the block."""
    usual = Server(DEFAULT_URL, api_key)
    if url:
        yield Server(url.rstrip("/"), api_key)
    elif not model_path and usual.models():
        yield usual
    else:
        with _started(model_path, api_key) as server:
            yield server


@contextmanager
def _started(model_path: str | None, api_key: str | None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--port", str(port), "--log-level", "error"]
    command += ["--model-path", model_path] if model_path else []
    process, server = subprocess.Popen(command, stdout=subprocess.DEVNULL), Server(f"http://127.0.0.1:{port}", api_key)
    try:
        while not any(model.get("state") == "ready" for model in server.models()):
            if process.poll() is not None:
                raise MlxsError("the server could not be started; see above")
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait()
