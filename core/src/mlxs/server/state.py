"""What clients want kept: the store that the options name, for as long as the server runs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from platformdirs import user_data_path

from ..errors import MlxsError
from ..options import ServerOptions
from ..stores import Record, Store, private
from .app import App

SWEEP = 60.0
"""Seconds between two looks for what has expired."""

log = logging.getLogger(__name__)


def directory(options: ServerOptions) -> Path:
    """Where state is kept."""
    return options.state_dir or user_data_path("mlxs", appauthor=False)


@asynccontextmanager
async def kept(app: App) -> AsyncIterator[None]:
    """Have the store that the options name open for the length of the block, and forget in it what has expired.

    It is then `App.store`. Where it cannot be opened and nobody asked for it in so many words, the server does
    without, and says so in its log and in `App.server.state`; otherwise raises MlxsError. A block within such a
    block changes nothing.
    """
    if app.store is not None or not app.server.state or (store := await _opened(app)) is None:
        yield
        return
    app.store = store
    sweeping = asyncio.create_task(_sweep(store, directory(app.server) if app.server.archive else None))
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
        app.store = None
        await store.close()


async def _opened(app: App) -> Store | None:
    options = app.server
    try:
        store: Store = app.catalog.stores.load(options.state_store)(directory(options))
        await store.open()
    except Exception as error:
        said = str(error) if isinstance(error, MlxsError) else f"{type(error).__name__}: {error}"
        if options.model_fields_set & {"state", "state_store", "state_dir", "archive"}:
            raise MlxsError(f"{said}\n--no-state serves without keeping anything") from error
        log.warning("nothing that clients want stored is kept: %s", said)
        app.server = options.model_copy(update={"state": False})
        return None
    return store


async def _sweep(store: Store, archive: Path | None) -> None:
    while True:
        try:
            await store.expire(time.time(), partial(write, archive) if archive else None)
        except Exception as error:
            unforeseen = not isinstance(error, MlxsError | OSError)
            log.warning("what has expired is kept until the next try: %s", error, exc_info=unforeseen)
        await asyncio.sleep(SWEEP)


async def write(state: Path, record: Record, belonging: Sequence[Record]) -> None:
    """Write a record and all that belongs to it to `conversation_logs/`, as `mlxs.stores.Archive`."""
    body = {**_plain(record), "belonging": [_plain(each) for each in belonging]}
    await asyncio.to_thread(
        _write, state / "conversation_logs", f"{record.kind}-{quote(record.id, safe='')}.json", body
    )


def _plain(record: Record) -> dict[str, Any]:
    return {"kind": record.kind, "id": record.id, "parent": record.parent, "data": record.data}


def _write(logs: Path, name: str, body: dict[str, Any]) -> None:
    private(logs)
    unfinished = logs / f".{name}.{os.getpid()}"  # another server may archive the same record
    with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        # half a surrogate pair is no UTF-8, but may stand in JSON as the escape that this makes of it
        file.write(json.dumps(body, ensure_ascii=False, indent=2).encode(errors="backslashreplace"))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(logs / name)
