"""What every store must do, as tests: subclass, say which store, and run pytest.

class TestShelf(StoreKit):
    store = "shelf"
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ..catalog import Catalog
from ..errors import BadRequest
from ..plugins import Plugins
from ..stores import Record, Store

SHELF = Record(kind="shelf", id="all", data={"name": "all"})
PAST, FUTURE = 1.0, 2.0**33
WORDS = ("", "word", "\u00e9\u4e2d\U0001f600", "\x00\x1f\u2028", "half a pair: \ud83d", "'; DROP TABLE record; --")


def book(id: str, **fields: Any) -> Record:
    """A record on the shelf."""
    return Record(**{"kind": "book", "id": id, "data": {"id": id}, "parent": ("shelf", "all"), **fields})


class StoreKit:
    """Tests of an installed store, in a fresh directory each.

    Args of the class:
        store: Its name.
    """

    store: ClassVar[str]

    @pytest.fixture
    @classmethod
    def kind(cls) -> type[Store]:
        plugins = Plugins()
        plugins.discover()
        kind: type[Store] = Catalog(plugins).stores.load(cls.store)
        return kind

    @pytest.fixture
    @classmethod
    def run(cls) -> Iterator[Any]:
        """Runs a coroutine."""
        with asyncio.Runner() as runner:
            yield runner.run

    @pytest.fixture
    @classmethod
    def opened(cls, kind: type[Store], run: Any, tmp_path: Path) -> Iterator[Store]:
        """The store, open, with an empty shelf in it."""
        store = kind(tmp_path / "state")
        run(store.open())
        run(store.save(SHELF))
        yield store
        run(store.close())

    def test_what_is_saved_is_found(self, opened: Store, run: Any) -> None:
        nested: dict[str, Any] = {
            "none": None,
            "yes": True,
            "numbers": [0, -1, 2**60, 0.1, 1e300],
            "": {"a": list(WORDS)},
        }
        record = book("a", data=nested, expires=FUTURE)
        run(opened.save(record))
        assert run(opened.find("book", "a")) == record
        assert run(opened.find("book", "b")) is None
        assert run(opened.find("shelf", "a")) is None

    def test_a_record_is_replaced(self, opened: Store, run: Any) -> None:
        run(opened.save(book("a"), book("a", kind="page", parent=("book", "a"))))
        run(opened.save(replace(book("a"), data={"new": True})))
        assert run(opened.find("book", "a")).data == {"new": True}
        assert len(run(opened.children(("book", "a")))) == 1

    def test_children_stand_in_the_order_of_their_first_saving(self, opened: Store, run: Any) -> None:
        run(opened.save(*(book(id) for id in "dacb")))
        run(opened.save(book("e"), book("a", data={"new": True})))

        def ids(**asked: Any) -> str:
            return "".join(record.id for record in run(opened.children(("shelf", "all"), **asked)))

        assert ids() == "dacbe"
        assert ids(newest_first=True) == "ebcad"
        assert ids(limit=2) == "da"
        assert ids(limit=0) == ""
        assert ids(after="a") == "cbe"
        assert ids(after="c", newest_first=True, limit=1) == "a"
        assert ids(after="e") == ""
        with pytest.raises(BadRequest):
            ids(after="nowhere")
        assert run(opened.children(("shelf", "none"))) == []

    def test_all_are_saved_or_none(self, opened: Store, run: Any) -> None:
        with pytest.raises(BadRequest):
            run(opened.save(book("a"), book("b", parent=("shelf", "none"))))
        assert run(opened.find("book", "a")) is None
        run(opened.save(book("page", parent=("book", "later")), book("later")))
        assert [record.id for record in run(opened.children(("book", "later")))] == ["page"]

    def test_a_save_that_is_cut_short_leaves_nothing_half(self, opened: Store, run: Any) -> None:
        async def cut(number: int, steps: int) -> bool:
            whole = book(f"{number}")
            saving = asyncio.create_task(opened.save(whole, book(f"part-{number}", parent=("book", whole.id))))
            for _ in range(steps):
                await asyncio.sleep(0)
            saving.cancel()
            await asyncio.gather(saving, return_exceptions=True)
            await opened.save(SHELF)  # the store is as good as before
            parts = await opened.find("book", f"{number}"), await opened.find("book", f"part-{number}")
            return (parts[0] is None) == (parts[1] is None)

        assert all(run(cut(steps, steps)) for steps in range(12))

    def test_what_belongs_to_a_record_ends_with_it(self, opened: Store, run: Any) -> None:
        run(
            opened.save(book("a"), book("b"), book("page", parent=("book", "a")), book("word", parent=("book", "page")))
        )
        assert run(opened.delete("book", "a")) is True
        assert run(opened.delete("book", "a")) is False
        assert [run(opened.find("book", id)) for id in ("a", "page", "word")] == [None] * 3
        assert run(opened.find("book", "b")) is not None

    def test_what_has_expired_is_not_found(self, opened: Store, run: Any) -> None:
        soon = time.time() - 0.001
        run(opened.save(book("a", parent=None, expires=soon), book("page", parent=("book", "a"), expires=FUTURE)))
        run(opened.save(book("b", expires=PAST), book("c", expires=FUTURE)))
        assert run(opened.find("book", "a")) is None
        assert run(opened.find("book", "page")) is None
        assert run(opened.children(("book", "a"))) == []
        assert [record.id for record in run(opened.children(("shelf", "all")))] == ["c"]
        assert run(opened.delete("book", "a")) is False

    def test_what_is_renewed_lives_longer(self, opened: Store, run: Any) -> None:
        run(opened.save(book("a", expires=FUTURE), book("b", expires=PAST)))
        run(opened.save(book("a", data={"new": True}, expires=FUTURE)))
        assert run(opened.renew("book", "a", FUTURE + 1)) is True
        assert run(opened.find("book", "a")) == book("a", data={"new": True}, expires=FUTURE + 1)
        assert run(opened.renew("book", "b", FUTURE)) is False
        assert run(opened.renew("book", "c", FUTURE)) is False
        assert [record.id for record in run(opened.children(("shelf", "all")))] == ["a"]

    def test_what_has_expired_is_forgotten(self, opened: Store, run: Any) -> None:
        old = book("old", parent=None, expires=10.0)
        pages = [book(f"page{n}", parent=("book", "old")) for n in (2, 1)]
        note = book("note", parent=("book", "page2"))
        run(opened.save(old, *pages, note, book("new", parent=None, expires=FUTURE), book("part", expires=10.0)))
        told: list[Any] = []

        async def archive(record: Record, belonging: Any) -> None:
            told.append((record, list(belonging)))

        assert run(opened.expire(9.0, archive)) == 0
        assert run(opened.expire(10.0, archive)) == 1
        assert told == [(old, [*pages, note])]
        assert run(opened.expire(FUTURE - 1)) == 0
        assert run(opened.find("book", "new")) is not None
        assert run(opened.expire(FUTURE)) == 1

    def test_what_cannot_be_archived_is_kept(self, opened: Store, run: Any) -> None:
        run(opened.save(book("old", parent=None, expires=10.0)))

        async def fail(record: Record, belonging: Any) -> None:
            raise OSError("the disk is full")

        with pytest.raises(OSError, match="full"):
            run(opened.expire(11.0, fail))
        assert run(opened.expire(11.0)) == 1

    def test_what_is_used_again_while_it_is_archived_is_kept(self, opened: Store, run: Any) -> None:
        record = book("old", parent=None, expires=10.0)
        run(opened.save(record))

        async def renew(record: Record, belonging: Any) -> None:
            await opened.save(replace(record, expires=FUTURE))

        assert run(opened.expire(11.0, renew)) == 0
        assert run(opened.find("book", "old")) is not None

    def test_it_outlives_its_process(self, kind: type[Store], opened: Store, run: Any) -> None:
        run(opened.save(book("a")))
        run(opened.close())
        run(opened.close())
        again = kind(opened.directory)
        run(again.open())
        assert run(again.find("book", "a")) == book("a")
        run(again.close())

    def test_a_process_that_is_killed_loses_nothing_it_saved(self, opened: Store, run: Any) -> None:
        with self.writing(opened, "killed", 100_000) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline() for _ in range(25)]
            writer.kill()
            said += [line for line in writer.stdout if line.endswith("\n")]
        found = [record.id for record in run(opened.children(("shelf", "all")))]
        assert {f"killed-{int(number)}" for number in said} <= set(found)
        assert {len(run(opened.children(("whole", id)))) for id in found} == {1}

    def test_several_processes_open_it_and_write_together(self, kind: type[Store], run: Any, tmp_path: Path) -> None:
        store = kind(tmp_path / "fresh")
        with ExitStack() as stack:
            writers = [stack.enter_context(self.writing(store, name, 30)) for name in "abcd"]
            assert [writer.wait(120) for writer in writers] == [0] * 4
        run(store.open())
        found = [record.id for record in run(store.children(("shelf", "all")))]
        run(store.close())
        for name in "abcd":
            assert [id for id in found if id.startswith(name)] == [f"{name}-{number}" for number in range(30)]
        assert len(found) == 120

    def test_many_tasks_use_it_together(self, opened: Store, run: Any) -> None:
        async def use(number: int) -> bool:
            await opened.save(book(f"{number}"), book(f"page-{number}", parent=("book", f"{number}")))
            return await opened.find("book", f"page-{number}") is not None

        async def together() -> list[bool]:
            return await asyncio.gather(*map(use, range(50)))

        assert all(run(together()))

    @contextmanager
    def writing(self, store: Store, name: str, count: int) -> Iterator[subprocess.Popen[str]]:
        """Another process that saves to the same store, see `mlxs.testing.writer`."""
        command = [sys.executable, "-m", "mlxs.testing.writer", self.store, str(store.directory), name, str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()
