"""Models of the Hugging Face hub, from a hub that is served here."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMIT = "c" * 40
MODEL = {"config.json": b"{}", "tokenizer.json": b"{}" * 99, "model.safetensors": bytes(range(256)) * 99}
FIND = """
import json, sys
from mlxs.hub import find, glance
from mlxs.errors import MlxsError
for line in sys.stdin:
    told = []
    *only, name = line.split()
    try:
        found = str(glance(name) if only else find(name, lambda *said: told.append(said)))
    except MlxsError as error:
        found = str(error)
    print(json.dumps([found, told]), flush=True)
"""


class Hub:
    """A hub whose every repository but two, */gated and */nothing, holds the same files; it can go away."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.open()

    def open(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler())
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def reply(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        match path.partition("?")[0].strip("/").split("/"):
            case ["api", "models", _, "nothing", *_]:
                return 404, b"", {"X-Error-Code": "RepoNotFound"}
            case ["api", "models", _, "gated", *_]:
                return 403, b"", {"X-Error-Code": "GatedRepo"}
            case ["api", "models", _, _, "tree", _]:
                said = [{"type": "file", "path": n, "size": len(b), "oid": oid(b)} for n, b in self.files.items()]
                return 200, json.dumps(said).encode(), {}
            case ["api", "models", owner, name, *_]:
                return 200, json.dumps({"id": f"{owner}/{name}", "sha": COMMIT}).encode(), {}
            case [_, _, "resolve", _, file]:
                return 200, self.files[file], {"ETag": f'"{oid(self.files[file])}"', "X-Repo-Commit": COMMIT}
        return 404, b"", {}

    def handler(hub) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                hub.asked.append(self.path)
                status, body, headers = hub.reply(self.path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        return Handler


def oid(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


@pytest.fixture(scope="module")
def hub():
    hub = Hub({**MODEL, "picture.png": b"not wanted"})
    yield hub
    hub.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def find(hub, home):
    """Finds a model in a process of its own: what was found, or said, and what was told on the way."""
    settings = {"HF_ENDPOINT": f"http://127.0.0.1:{hub.port}", "HF_HOME": str(home), "HF_HUB_OFFLINE": "0"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", FIND], env={**os.environ, **settings}, **pipes) as process:

        def find(name):
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield find
        process.stdin.close()


def test_a_model_is_downloaded_once_and_then_nobody_is_asked(hub, find):
    found, told = find("acme/once")
    kept = {name: data for name, data in hub.files.items() if name != "picture.png"}
    assert {file.name: file.read_bytes() for file in Path(found).iterdir()} == kept
    assert told[-1] == ["downloading acme/once", *[sum(map(len, kept.values()))] * 2]
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    hub.asked.clear()
    assert find("acme/once") == [found, []]
    assert hub.asked == []


def test_a_download_that_was_cut_off_is_completed(hub, find):
    found, _ = find("acme/cut-off")
    weights = Path(found, "model.safetensors")
    weights.unlink()
    hub.close()
    said, _ = find("acme/cut-off")
    hub.open()
    assert "acme/cut-off is not (wholly) in the Hugging Face cache" in said
    assert find("acme/cut-off")[0] == found
    assert weights.exists()


def test_a_tokenizer_in_the_cache_is_no_model(find, home):
    found, _ = find("acme/tokenizer")
    for listing in home.rglob("*.json"):
        if "snapshots" not in listing.parts:
            listing.unlink()  # what the hub's client knows of what there should be
    weights = Path(found, "model.safetensors")
    weights.unlink()
    assert find("acme/tokenizer")[0] == found
    assert weights.exists()


def test_what_cannot_be_had_says_what_to_do(hub, find):
    assert "has no repository acme/nothing" in find("acme/nothing")[0]
    assert "acme/gated asks for consent" in find("acme/gated")[0]
    hub.close()
    said, _ = find("acme/too-late")
    hub.open()
    assert "it cannot be downloaded; go online" in said


def test_a_glance_downloads_what_tells_of_the_kind_and_no_weights(hub, find):
    seen, told = find("glance acme/glance")
    assert {file.name for file in Path(seen).iterdir()} == {name for name in hub.files if name.endswith(".json")}
    assert told == []
    hub.asked.clear()
    assert find("glance acme/glance") == [seen, []]
    assert hub.asked == []
    found, _ = find("acme/glance")
    assert found == seen and Path(found, "model.safetensors").exists()
    assert "Hugging Face has no repository acme/nothing" in find("glance acme/nothing")[0]
    assert "there is no directory nowhere" in find("glance nowhere")[0]
