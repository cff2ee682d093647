"""The store's life beside the server's: opened, swept, archived, or done without."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlxs.catalog import Catalog
from mlxs.errors import MlxsError
from mlxs.hooks import hookimpl
from mlxs.models import Pool
from mlxs.options import ServerOptions
from mlxs.plugins import Plugins
from mlxs.server import state
from mlxs.server.app import App
from mlxs.specs import StoreSpec
from mlxs.stores import Record, private
from mlxs.testing.serving import serving

TALK = Record(kind="conversation", id="../conv 1", data={"metadata": {"topic": "é\ud83d"}}, expires=5.0)
TURN = Record(kind="item", id="msg_1", data={"role": "user"}, parent=(TALK.kind, TALK.id))


def app(*targets: str, **options: Any) -> App:
    @hookimpl
    def mlxs_stores() -> Iterator[StoreSpec]:
        yield from (StoreSpec(name="sqlite", target=target) for target in targets)

    plugins = Plugins(only=())
    plugins.add(SimpleNamespace(mlxs_stores=mlxs_stores), "acme")
    return App(Catalog(plugins), Pool([]), ServerOptions(**options))


async def entered(app: App) -> None:
    async with state.kept(app):
        pass


class Broken:
    def __init__(self, directory: Path) -> None: ...

    async def open(self) -> None:
        raise ConnectionRefusedError("the database sleeps")


def test_nothing_is_kept_in_tests_that_do_not_ask_for_it() -> None:
    with serving(plugins=Plugins(only=()), wait=False) as served:
        assert (served.app.server.state, served.app.store) == (False, None)


def test_state_is_kept_where_the_platform_keeps_it(tmp_path: Path) -> None:
    assert state.directory(ServerOptions()).name == "mlxs"
    assert state.directory(ServerOptions(state_dir=tmp_path)) == tmp_path


@pytest.mark.parametrize("asked", [{"state_store": "sqlite"}, {"state_dir": "x"}, {"archive": True}, {"state": True}])
@pytest.mark.parametrize(
    ("targets", "said"),
    [((), "pip install mlxs-sqlite"), ((f"{__name__}:Broken",), "ConnectionRefusedError: the database sleeps")],
)
def test_state_that_was_asked_for_and_cannot_be_kept(
    asked: dict[str, Any], targets: tuple[str, ...], said: str
) -> None:
    with pytest.raises(MlxsError, match=rf"{said}\n--no-state serves without"):
        asyncio.run(entered(app(*targets, **asked)))


@pytest.mark.parametrize("targets", [(), (f"{__name__}:Broken",)])
def test_state_that_nobody_asked_for_and_cannot_be_kept(
    targets: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    here = app(*targets)
    asyncio.run(entered(here))
    assert (here.server.state, here.store) == (False, None)
    assert "nothing that clients want stored is kept" in caplog.text


def test_no_state() -> None:
    here = app(state=False, state_store="never")
    asyncio.run(entered(here))
    assert here.store is None


def test_a_conversation_is_archived_as_one_file(tmp_path: Path) -> None:
    asyncio.run(state.write(tmp_path, TALK, [TURN]))
    asyncio.run(state.write(tmp_path, TALK, [TURN]))
    (file,) = (tmp_path / "conversation_logs").iterdir()
    assert file.name == "conversation-..%2Fconv%201.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "é" in file.read_text("utf-8")
    assert json.loads(file.read_bytes()) == {
        "kind": "conversation",
        "id": TALK.id,
        "parent": None,
        "data": TALK.data,
        "belonging": [{"kind": "item", "id": "msg_1", "parent": [TALK.kind, TALK.id], "data": {"role": "user"}}],
    }


def test_a_directory_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(0o755)
    assert stat.S_IMODE(private(tmp_path / "open").stat().st_mode) == 0o755
    assert stat.S_IMODE(private(tmp_path / "deep" / "down").stat().st_mode) == 0o700
