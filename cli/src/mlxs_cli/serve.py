"""From a configuration to a running server, and to its end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import click
import uvicorn
from rich.console import Console

from mlxs.catalog import Catalog
from mlxs.errors import MlxsError, RequestError
from mlxs.models import Model, Pool
from mlxs.options import ServerOptions
from mlxs.server.app import App
from mlxs.server.assemble import create
from mlxs.server.state import kept

from .banner import banner
from .configuration import Configuration
from .progress import watch

LAST = 2.0
"""Seconds for telling clients that their answers are cut off; uvicorn then ends what is left."""

log = logging.getLogger("mlxs")


def serve(catalog: Catalog, configuration: Configuration) -> None:
    """Serve until Ctrl-C, or until there is nothing to serve. Raises MlxsError where it cannot begin."""
    server = configuration.server
    _log(server)
    pool = Pool(_models(catalog, configuration))
    with listen(server.host, server.port) as listening:
        app = App(catalog, pool, server, configuration.plugins)
        config = uvicorn.Config(
            create(app),
            log_config=None,
            access_log=app.server.log_level == "debug",
            timeout_graceful_shutdown=round(app.server.shutdown_timeout + LAST),
            server_header=False,
            ws_max_size=app.server.max_body_size,
        )
        with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_run(app, config, listening))


def _models(catalog: Catalog, configuration: Configuration) -> list[Model]:
    models = []
    for name, options in configuration.models:
        path = str(options.model_path)
        aliases = {path, path.rstrip("/").rpartition("/")[2]} - {name}
        models.append(Model(catalog, options, name, aliases, log_level=configuration.server.log_level))
    if len({model.name for model in models}) < len(models):
        raise MlxsError("two models have one name; give one of them a served_model_name")
    return models


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises MlxsError that says why the address cannot be had."""
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except PermissionError:
        raise MlxsError(f"--port {port} needs special rights; choose one above 1023") from None
    except socket.gaierror:
        raise MlxsError(f"--host {host} is no address of this machine") from None
    except OSError as error:
        raise MlxsError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port, or 0 for a free one"
        ) from None
    return listening


class _Server(uvicorn.Server):
    """Says what Ctrl-C does, and leaves it at that: what stands around the server has things to put away."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sig, self.handle_exit, sig, None)
        try:
            yield
        finally:
            for sig in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(sig)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            logging.disable()  # what is cut off now has nothing more to tell
        elif sig == signal.SIGINT:
            click.echo("\nletting answers come to their end; Ctrl-C again to stop now", err=True)
        super().handle_exit(sig, frame)


async def _run(app: App, config: uvicorn.Config, listening: socket.socket) -> None:
    async with kept(app):  # around the server, which has no words for what may go wrong here
        await _serve(app, config, listening)


async def _serve(app: App, config: uvicorn.Config, listening: socket.socket) -> None:
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    loading = asyncio.create_task(_load(app, listening))
    ending = asyncio.create_task(_end(app, server))
    await asyncio.wait({serving, loading}, return_when=asyncio.FIRST_COMPLETED)
    failure = loading.exception() if loading.done() else None
    if failure is not None:
        server.should_exit = True
    await serving
    loading.cancel()
    ending.cancel()
    if failure is not None:
        raise failure


async def _end(app: App, server: uvicorn.Server) -> None:
    """Give answers their time once the server is to end; those that take longer are told that they are cut off."""
    while not server.should_exit:
        await asyncio.sleep(0.1)
    await asyncio.sleep(app.server.shutdown_timeout)
    await app.pool.stop()


async def _load(app: App, listening: socket.socket) -> None:
    """Show how the models are loaded, then what is served. Raises MlxsError where no model could be."""
    console = Console(file=sys.stderr, highlight=False)
    models = [model for model in app.pool if not model.options.on_demand]
    failures: list[RequestError] = []
    while any(model.state == "asleep" for model in models):
        await asyncio.sleep(0.01)  # the server's life has not begun yet
    with watch(console, models):
        for model in models:
            try:
                await model.load()
            except RequestError as error:
                failures.append(error)
    if failures and len(failures) == len(app.pool.models):
        raise MlxsError("\n".join(failure.message for failure in failures))
    for failure in failures:
        console.print(f"[red]{failure.message}[/red]")
    host, port = listening.getsockname()[:2]
    banner(Console(highlight=False), app, f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}")


def _of_interest(record: logging.LogRecord) -> bool:
    """Whether a record says more than that a request was cut off, which its server has told already."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _log(server: ServerOptions) -> None:
    handlers: list[Any] = [logging.StreamHandler()]
    if server.log_file:
        server.log_file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(server.log_file))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    logging.basicConfig(
        level=server.log_level.upper(), format="%(asctime)s %(levelname)-7s %(message)s", handlers=handlers
    )
    logging.getLogger("uvicorn.error").addFilter(_of_interest)
    for noisy in ("uvicorn.error", "httpx", "asyncio"):
        logging.getLogger(noisy).setLevel(
            max(logging.WARNING, logging.getLogger().level) if server.log_level != "debug" else logging.DEBUG
        )
