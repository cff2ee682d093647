"""The one table, and how a file comes to have it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

from mlxs.errors import MlxsError

VERSION = 1
PATIENCE = 30.0
"""Seconds to wait while another process writes."""

# `place` counts upward, so it is the order of first saving. A parent is looked for when a save ends, not before, so
# that parents and children may be saved in any order.
TABLES = (
    """CREATE TABLE record (
        place INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        data TEXT NOT NULL,
        parent_kind TEXT,
        parent_id TEXT,
        expires REAL,
        UNIQUE (kind, id),
        FOREIGN KEY (parent_kind, parent_id) REFERENCES record (kind, id) DEFERRABLE INITIALLY DEFERRED
    )""",
    "CREATE INDEX record_parent ON record (parent_kind, parent_id, place)",
    "CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL",
)


async def connect(file: Path) -> aiosqlite.Connection:
    """The file, opened and ready. Raises MlxsError where a newer version has written it, sqlite3.Error otherwise."""
    database = await aiosqlite.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        await _write_ahead(database)
        # With NORMAL, what was saved outlives a killed process but not a power cut. With FULL both, for one fsync
        # a save: nothing beside the seconds in which an answer was written.
        await database.execute("PRAGMA synchronous = FULL")
        await database.execute("PRAGMA foreign_keys = ON")
        await database.execute("BEGIN IMMEDIATE")
        await _migrate(database, file)
        await database.execute("COMMIT")
    except BaseException:
        await database.close()
        raise
    return database


async def _write_ahead(database: aiosqlite.Connection) -> None:
    """Turn the write-ahead log on. While others do the same, SQLite says so at once instead of waiting."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        try:
            await database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or loop.time() > deadline:
                raise
        await asyncio.sleep(0.01)


async def _migrate(database: aiosqlite.Connection, file: Path) -> None:
    ((version,),) = await database.execute_fetchall("PRAGMA user_version")
    if version > VERSION:
        raise MlxsError(
            f"{file} was written by a newer mlxs-sqlite (schema {version}, this one knows {VERSION}): "
            "upgrade mlxs-sqlite, or choose another --state-dir"
        )
    if version == 0:
        for table in TABLES:
            await database.execute(table)
        await database.execute(f"PRAGMA user_version = {VERSION}")
