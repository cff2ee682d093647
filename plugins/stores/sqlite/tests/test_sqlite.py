"""The file: what it is kept with, who may read it, and what is said of one that is no good."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mlxs.errors import BadRequest, MlxsError
from mlxs.stores import Record
from mlxs_sqlite import schema
from mlxs_sqlite.store import SqliteStore

NOTE = Record(kind="note", id="a", data={"text": "word"})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "deep" / "state")
    await store.open()
    yield store
    await store.close()


async def test_what_was_said_is_on_the_disk(store: SqliteStore) -> None:
    assert store._database is not None
    asked = {
        name: list(await store._database.execute_fetchall(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")
    }
    assert asked == {"journal_mode": [("wal",)], "synchronous": [(2,)]}


async def test_only_the_owner_may_look(store: SqliteStore) -> None:
    await store.save(NOTE)
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in store.directory.iterdir()}
    assert files == dict.fromkeys(("state.sqlite3", "state.sqlite3-wal", "state.sqlite3-shm"), 0o600)


async def test_a_file_of_a_newer_version(store: SqliteStore) -> None:
    await store.close()
    with sqlite3.connect(store.file) as database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    database.close()
    with pytest.raises(MlxsError, match="newer mlxs-sqlite .*upgrade mlxs-sqlite, or choose another --state-dir"):
        await store.open()


async def test_a_file_that_is_none(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.file.write_text("once upon a time " * 100)
    with pytest.raises(MlxsError, match="damaged, or something else's; move it away"):
        await store.open()


async def test_a_file_that_was_damaged(store: SqliteStore) -> None:
    await store.save(*(Record(kind="note", id=f"{n}", data={"text": "word " * 300}) for n in range(50)))
    await store.close()
    pages = bytearray(store.file.read_bytes())
    pages[4096:] = b"\xff" * (len(pages) - 4096)
    store.file.write_bytes(pages)
    await store.open()
    with pytest.raises(MlxsError, match="it is damaged; move it away, and a new one is begun"):
        await store.find("note", "1")


async def test_a_place_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MlxsError, match="cannot be made"):
        await SqliteStore(tmp_path / "file" / "state").open()
    (tmp_path / "state.sqlite3").mkdir()
    with pytest.raises(MlxsError, match="choose a --state-dir that can be written to"):
        await SqliteStore(tmp_path).open()


async def test_a_file_that_another_keeps_locked(store: SqliteStore) -> None:
    assert store._database is not None
    await store._database.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(store.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(MlxsError, match="another process keeps it locked"):
        await store.save(NOTE)
    other.execute("ROLLBACK")
    other.close()
    await store.save(NOTE)
    assert await store.find("note", "a") == NOTE


async def test_a_store_that_is_not_open(store: SqliteStore) -> None:
    await store.close()
    with pytest.raises(MlxsError, match="is not open"):
        await store.find("note", "a")


async def test_an_id_that_is_no_text(store: SqliteStore) -> None:
    with pytest.raises(BadRequest, match="UTF-8"):
        await store.find("note", "\ud83d")
    await store.save(NOTE)
