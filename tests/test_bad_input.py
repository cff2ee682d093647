"""Bad input: a clear message and the right status, never a traceback; and afterwards all is well."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from launched import Launched, launch

HELLO = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def server() -> Iterator[Launched]:
    with launch() as launched:
        yield launched


def tool(parameters: Any, name: str = "f") -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": name, "parameters": parameters}}]}


BODIES: dict[str, tuple[dict[str, Any], int, str]] = {
    "no messages": ({"messages": []}, 400, "messages"),
    "messages missing": ({"messages": None}, 400, "messages"),
    "unknown role": ({"messages": [{"role": "wizard", "content": "x"}]}, 400, "messages.0.role"),
    "content of no kind": ({"messages": [{"role": "user", "content": 5}]}, 400, "messages.0.content"),
    "part of no kind": ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, 400, "messages.0.content.0"),
    "negative temperature": ({"temperature": -1}, 400, "temperature"),
    "temperature as text": ({"temperature": "hot"}, 400, "temperature"),
    "min_p 5": ({"min_p": 5}, 400, "min_p"),
    "no tokens": ({"max_tokens": 0}, 400, "max_tokens"),
    "stop [1]": ({"stop": [1]}, 400, "stop.0"),
    "stop [['a']]": ({"stop": [["a"]]}, 400, "stop.0"),
    "bias out of range": ({"logit_bias": {"99999": 1}}, 400, "logit_bias"),
    "bias of no token": ({"logit_bias": {"x": 1}}, 400, "logit_bias"),
    "n 0": ({"n": 0}, 400, "n"),
    "top_logprobs alone": ({"top_logprobs": 2}, 400, "top_logprobs"),
    "schema of no type": (tool({"type": "object", "properties": {"a": {"type": "strin"}}}), 400, "tools.0"),
    "schema that is no object": (tool({"type": "array"}), 400, "tools.0"),
    "schema that is text": (tool("object"), 400, "tools.0.function.parameters"),
    "tool without a name": (tool({}, name=""), 400, "tools.0"),
    "hosted tool": ({"tools": [{"type": "web_search"}]}, 400, "tools.0"),
    "unknown model": ({"model": "gpt-9"}, 404, "model"),
    "image for a text model": (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
        400,
        "messages",
    ),
    "far too long": ({"messages": [{"role": "user", "content": "many words " * 1_000_000}]}, 400, "messages"),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", BODIES)
def test_bodies(server: Launched, name: str, stream: bool) -> None:
    body, status, param = BODIES[name]
    began = time.monotonic()
    answer = post(server, {"messages": HELLO, **body, "stream": stream})
    assert time.monotonic() - began < 20
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["param"].startswith(param)
    assert post(server, {"messages": HELLO, "max_tokens": 2}).status_code == 200


def test_what_is_too_long_has_its_own_code(server: Launched) -> None:
    answer = post(server, {"messages": [{"role": "user", "content": "many words " * 2000}]})
    assert answer.json()["error"]["code"] == "context_length_exceeded"


def test_huge_max_tokens_means_as_many_as_fit(server: Launched) -> None:
    assert post(server, {"messages": HELLO, "max_tokens": 10**15, "temperature": 0}).status_code == 200


def test_fields_nobody_knows_are_ignored(server: Launched) -> None:
    assert post(server, {"messages": HELLO, "max_tokens": 2, "frobnicate": True, "user": "ada"}).status_code == 200


@pytest.mark.parametrize(
    "content", [None, "", [], [{"type": "text", "text": "Hi"}, {"type": "input_text", "text": "!"}]]
)
def test_content_comes_in_many_shapes(server: Launched, content: Any) -> None:
    messages = [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": content}]
    assert post(server, {"messages": messages, "max_tokens": 2}).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"", "application/json", 400),
        (b"messages=hi", "application/x-www-form-urlencoded", 415),
        (b"<messages/>", "text/xml", 415),
    ],
    ids=["cut short", "no UTF-8", "far too deep", "empty", "a form", "XML"],
)
def test_bodies_that_are_no_json(server: Launched, content: bytes, kind: str, status: int) -> None:
    answer = httpx.post(server.url + "/v1/chat/completions", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def post(server: Launched, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(server.url + "/v1/chat/completions", json=body, timeout=60)


def refused(*arguments: str) -> str:
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--port", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    return done.stderr


def test_a_path_that_does_not_exist() -> None:
    assert "/nowhere/at/all" in refused("--model-path", "/nowhere/at/all")


def test_a_directory_that_is_no_model(tmp_path: Path) -> None:
    assert "config.json" in refused("--model-path", str(tmp_path))


def test_a_repository_that_is_not_there() -> None:
    assert "nobody/nothing" in refused("--model-path", "nobody/nothing")


def test_a_parser_that_is_not_installed() -> None:
    said = refused("--tool-call-parser", "kimi_k9")
    assert "kimi_k9" in said
    assert "qwen3" in said


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused("--port", str(taken.getsockname()[1]))
    assert "--port" in said
