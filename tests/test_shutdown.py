"""The end of a server: answers get their time, and who is cut off is told so."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from launched import Launched, launch

from mlxs.testing.scripted import Script

LONG = str(Script(say=["a"] * 1_000_000, pause=0.01))
PLUGIN = "[mlxs.v1]\nscripted = mlxs.testing.scripted\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.txt"


@pytest.fixture
def server(tmp_path: Path, log: Path) -> Iterator[Launched]:
    """A server of a model that says what it is told, and of two requests at a time; at its end it does not wait."""
    info = tmp_path / "scripted-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(PLUGIN)
    options = ["--model-type", "scripted", "--shutdown-timeout", "0", "--no-state", "--concurrency", "2"]
    with log.open("w") as written, launch(*options, log=written, PYTHONPATH=str(tmp_path)) as launched:
        yield launched


def ask(server: Launched, *, stream: bool) -> HTTPConnection:
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    body = {"model": "demo", "messages": [{"role": "user", "content": LONG}], "stream": stream}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
    return connection


def test_who_is_cut_off_is_told_so_and_no_traceback_is_shown(server: Launched, log: Path) -> None:
    streams = [ask(server, stream=True).getresponse() for _ in range(2)]
    assert all(answer.readline().startswith(b"data: ") for answer in streams)
    waiting = [ask(server, stream=stream) for stream in (True, False)]
    assert httpx.get(f"{server.url}/health").status_code == 200  # by now these have been read, too
    server.process.terminate()
    for said in [answer.read().decode() for answer in streams]:
        assert "the model 'demo' was stopped" in said
    for answer in [connection.getresponse() for connection in waiting]:
        assert (answer.status, json.load(answer)["error"]["code"]) == (503, "model_unavailable")
    server.process.wait(60)
    assert "Traceback" not in log.read_text()


def test_a_body_that_never_comes_does_not_hold_the_server_up(server: Launched, log: Path) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
        assert httpx.get(f"{server.url}/health").status_code == 200  # by now the other has been read, too
        server.process.terminate()
        server.process.wait(60)
    assert "Traceback" not in log.read_text()
    assert "timeout graceful shutdown exceeded" in log.read_text()
