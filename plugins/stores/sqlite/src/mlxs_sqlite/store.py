"""The store: one connection, used by one task at a time."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from mlxs.errors import BadRequest, MlxsError
from mlxs.stores import Archive, Record, Store, private

from . import queries
from .failures import explained
from .schema import connect


class SqliteStore(Store):
    """Keeps records in `state.sqlite3`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.file = directory / "state.sqlite3"
        self._database: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()  # a transaction takes several steps, and others must not come between them

    async def open(self) -> None:
        private(self.directory)
        with explained(self.file):
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))  # the log beside it takes its permissions
            self._database = await connect(self.file)

    async def close(self) -> None:
        async with self._turn:
            if self._database is not None:
                database, self._database = self._database, None
                await database.close()

    async def save(self, *records: Record) -> None:
        async with self._writing() as database:
            await database.executemany(queries.SAVE, [_row(record) for record in records])

    async def find(self, kind: str, id: str) -> Record | None:
        async with self._reading() as database:
            if not await _lives(database, kind, id):
                return None
            (row,) = await database.execute_fetchall(queries.FIND, (kind, id))
            return _record(row)

    async def children(
        self, parent: tuple[str, str], *, after: str | None = None, limit: int | None = None, newest_first: bool = False
    ) -> Sequence[Record]:
        async with self._reading() as database:
            if not await _lives(database, *parent):
                return []
            place = None
            if after is not None:
                places = list(await database.execute_fetchall(queries.PLACE, (*parent, after)))
                if not places:
                    raise BadRequest(f"after: there is no {after!r} here", code="not_found", param="after")
                ((place,),) = places
            query = queries.NEWEST_CHILDREN if newest_first else queries.CHILDREN
            asked = (*parent, time.time(), place, place, -1 if limit is None else limit)
            return [_record(row) for row in await database.execute_fetchall(query, asked)]

    async def renew(self, kind: str, id: str, expires: float) -> bool:
        async with self._writing() as database:
            lives = await _lives(database, kind, id)
            if lives:
                await database.execute(queries.RENEW, (expires, kind, id))
            return lives

    async def delete(self, kind: str, id: str) -> bool:
        async with self._writing() as database:
            lived = await _lives(database, kind, id)
            await database.execute(queries.DELETE, (kind, id))
            return lived

    async def expire(self, now: float, archive: Archive | None = None) -> int:
        archived = 0
        while archive is not None and (found := await self._expired(now)):
            await archive(*found)
            async with self._writing() as database:
                done = await database.execute(queries.DELETE_EXPIRED, (found[0].kind, found[0].id, now))
                archived += done.rowcount > 0
        async with self._writing() as database:
            ((others,),) = await database.execute_fetchall(queries.COUNT_EXPIRED, (now,))
            await database.execute(queries.DELETE_ALL_EXPIRED, (now,))
        return archived + int(others)

    async def _expired(self, now: float) -> tuple[Record, list[Record]] | None:
        """The record that expired first of those that stand by themselves, and what belongs to it."""
        async with self._reading() as database:
            found = list(await database.execute_fetchall(queries.EXPIRED, (now,)))
            if not found:
                return None
            record = _record(found[0])
            below = await database.execute_fetchall(queries.BELOW, (record.kind, record.id))
            return record, [_record(row) for row in below]

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._turn:
            if self._database is None:
                raise MlxsError(f"{self.file} is not open")
            with explained(self.file):
                yield self._database

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction: all of it or, whatever ends the block early, none."""
        async with self._reading() as database:
            try:
                await database.execute("BEGIN IMMEDIATE")
                yield database
                await database.execute("COMMIT")
            except BaseException:
                await database.rollback()
                raise


async def _lives(database: aiosqlite.Connection, kind: str, id: str) -> bool:
    ((count, expires),) = await database.execute_fetchall(queries.LIFE, (kind, id))
    return bool(count) and (expires is None or expires > time.time())


def _row(record: Record) -> tuple[Any, ...]:
    kind, id = record.parent or (None, None)
    # ASCII, because clients send halves of surrogate pairs and SQLite takes UTF-8 alone
    return record.kind, record.id, json.dumps(record.data, separators=(",", ":")), kind, id, record.expires


def _record(row: Any) -> Record:
    kind, id, data, parent_kind, parent_id, expires = row
    parent = None if parent_kind is None else (parent_kind, parent_id)
    return Record(kind=kind, id=id, data=json.loads(data), parent=parent, expires=expires)
