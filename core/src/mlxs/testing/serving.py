"""A real server on a loopback port, in a thread of the test's process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from ..catalog import Catalog
from ..elsewhere import backend
from ..models import Model, Pool
from ..options import ModelOptions, ServerOptions
from ..plugins import Plugins
from ..server.app import App
from ..server.assemble import create
from . import scripted

READY_WITHIN = 120.0


@dataclass
class Served:
    """A server that runs.

    Args:
        url: Where, without a slash at the end.
        app: What it serves.
    """

    url: str
    app: App
    _loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine in the server's loop, as for `model.load()`; returns its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(READY_WITHIN)


@contextmanager
def serving(
    models: Mapping[str, ModelOptions | Mapping[str, Any]] | None = None,
    *,
    plugins: Plugins | None = None,
    extra: Sequence[Any] = (),
    wait: bool = True,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    **server: Any,
) -> Iterator[Served]:
    """Serve models for the length of the block.

    Args:
        models: Options of each model by its name; a mapping without `model_type` means the scripted
            backend. None: one scripted model called `scripted`.
        plugins: What is installed; None: what really is.
        extra: Modules with hooks that no entry point names, such as one the test makes.
        wait: Whether to wait until every model is ready.
        options: Those that plugins added to the server's, by the name of their spec.
        server: Fields of `ServerOptions`. State is kept where a `state_dir` is given, and only there.
    """
    if plugins is None:
        plugins = Plugins()
        plugins.discover()
    for module in (scripted, *extra):
        plugins.add(module, name=getattr(module, "__name__", "extra").rpartition(".")[2])
    catalog = Catalog(plugins)
    made = [Model(catalog, _options(catalog, options), name) for name, options in (models or {"scripted": {}}).items()]
    kinds = {spec.name: catalog.options.load(spec.name) for spec in catalog.options}
    more = {name: kind(**(options or {}).get(name, {})) for name, kind in kinds.items()}
    app = App(catalog, Pool(made), ServerOptions(**{"state": "state_dir" in server, **server}), more)
    config = uvicorn.Config(create(app), host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=5)
    uvicorn_server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await uvicorn_server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    try:
        while not uvicorn_server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            threading.Event().wait(0.01)
        port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
        served = Served(f"http://127.0.0.1:{port}", app, loops[0])
        if wait:
            for model in made:
                if not model.options.on_demand:
                    served.run(model.load())
        yield served
    finally:
        uvicorn_server.should_exit = True
        thread.join(READY_WITHIN)


def _options(catalog: Catalog, options: ModelOptions | Mapping[str, Any]) -> ModelOptions:
    if isinstance(options, ModelOptions):
        return options
    said = {"model_type": "scripted", **options}
    kind: type[ModelOptions] = backend(catalog, str(said["model_type"]), said.get("python")).options_type()
    return kind(**said)
