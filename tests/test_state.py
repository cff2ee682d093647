"""What is kept beside a server that was launched, and what is said where nothing can be."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from launched import launch

from mlxs.stores import Record
from mlxs_sqlite.store import SqliteStore

TALK = Record(kind="conversation", id="conv_1", data={"topic": "weather"}, expires=5.0)
TURN = Record(kind="item", id="msg_1", data={"role": "user"}, parent=("conversation", "conv_1"))


async def filled(directory: Path) -> None:
    store = SqliteStore(directory)
    await store.open()
    await store.save(TALK, TURN, Record(kind="conversation", id="conv_2", data={}, expires=2.0**33))
    await store.close()


async def found(directory: Path, *ids: str) -> list[bool]:
    store = SqliteStore(directory)
    await store.open()
    here = [await store.find("conversation", id) is not None for id in ids]
    await store.close()
    return here


def refused(*arguments: str) -> str:
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--port", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    return done.stderr


def test_expired_conversations_are_archived(tmp_path: Path) -> None:
    asyncio.run(filled(tmp_path))
    file = tmp_path / "conversation_logs" / "conversation-conv_1.json"
    with launch("--state-dir", str(tmp_path), "--archive"):
        deadline = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    archived = json.loads(file.read_text())
    assert (archived["data"], archived["belonging"][0]["id"]) == (TALK.data, "msg_1")
    assert asyncio.run(found(tmp_path, "conv_1", "conv_2")) == [False, True]
    assert [entry.name for entry in (tmp_path / "conversation_logs").iterdir()] == [file.name]


def test_no_state_leaves_nothing(tmp_path: Path) -> None:
    with launch("--no-state", "--state-dir", str(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_a_server_with_state(tmp_path: Path, times: int) -> None:
    with launch("--state-dir", str(tmp_path)) as launched:
        for _ in range(times):
            launched.process.send_signal(signal.SIGINT)
        launched.process.wait(60)
    asyncio.run(found(tmp_path))


def test_a_store_that_is_not_installed() -> None:
    said = refused("--state-store", "acme")
    assert "there is no store 'acme'" in said
    assert "sqlite" in said


def test_a_file_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_text("once upon a time " * 100)
    said = refused("--state-dir", str(tmp_path))
    assert f"{tmp_path / 'state.sqlite3'}: file is not a database" in said
    assert "move it away" in said
    assert "--no-state" in said


def test_a_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Nobody asked for state, so the server does without and says so."""
    home = tmp_path / "home"
    home.write_text("no directory")
    program = (
        "import sys, os; os.environ.pop('MLXS_STATE_DIR');"
        "from unittest.mock import patch; from pathlib import Path;"
        f"patch('mlxs.server.state.user_data_path', lambda *a, **k: Path({str(home)!r})).start();"
        "from mlxs_cli.main import main;"
        "main(['launch', '--port', '0', '--log-level', 'warning', '--model-type', 'lm', "
        "'--model-path', '/nowhere/at/all'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert "nothing that clients want stored is kept" in done.stderr
    assert "/nowhere/at/all" in done.stderr
    assert "Traceback" not in done.stderr
