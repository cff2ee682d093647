"""Conversations that outlive the server, in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import StoreSpec


@hookimpl
def mlxs_stores() -> Iterator[StoreSpec]:
    yield StoreSpec(
        name="sqlite",
        target="mlxs_sqlite.store:SqliteStore",
        requires=("aiosqlite",),
        summary="One file in the state directory; several servers may share it.",
    )
