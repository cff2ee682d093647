"""Files that requests name by their address: from the internet alone, of bounded size, in bounded time."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mlxs import datauri
from mlxs.errors import BadRequest
from mlxs.options import FetchingOptions
from mlxs.requests import ChatRequest, ImagePart, Message, TextPart, VideoPart
from mlxs.server import fetch as fetching
from mlxs.server.fetch import fetch, fetched
from mlxs.tasks.embedding import EmbeddingRequest

OPEN = FetchingOptions(allow_private_urls=True, max_download_size=1000, download_timeout=5)
PRIVATE = ("127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1")
PRIVATE += ("2130706433", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]")
PRIVATE += ("[2002:7f00:1::]",)
CLOSED = FetchingOptions(max_download_size=1000, download_timeout=5)


@pytest.fixture
def web():
    """Answers `/SIZE` with as many bytes, `/to?URL` with a redirect, `/wait` never; `asked` is what it was asked."""
    asked: list[tuple[str, str]] = []
    over = threading.Event()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["host"]))
            if self.path == "/wait":
                over.wait(30)
            elif self.path.startswith("/to?"):
                self.send_response(302)
                self.send_header("location", self.path.removeprefix("/to?"))
                self.end_headers()
            elif self.path == "/missing":
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("content-type", "image/png; charset=none")
                self.end_headers()
                self.wfile.write(b"x" * int(self.path[1:]))

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as pages:
        pages.asked = asked
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        yield pages
        over.set()
        pages.shutdown()


@pytest.fixture
def url(web):
    return f"http://127.0.0.1:{web.server_port}"


@pytest.fixture
def names(monkeypatch):
    """What host names stand for: `names["example.com"] = "93.184.216.34"`."""
    table: dict[str, str] = {}
    real = asyncio.BaseEventLoop.getaddrinfo

    async def look_up(self, host, port, **more):
        return await real(self, table.get(host, host), port, **more)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    return table


async def test_a_file_and_what_it_is(url):
    assert await fetch(f"{url}/1000", OPEN, param="p") == (b"x" * 1000, "image/png")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/1001", "larger than 1000 bytes.*--max-download-size"),
        ("/missing", "status 404"),
        ("/to?/to?/to?/to?/to?/to?/to?/to?/9", "redirected more than 5 times"),
        ("/to?file:///etc/passwd", "only http.s. addresses are fetched"),
    ],
)
async def test_what_is_refused(url, path, words):
    with pytest.raises(BadRequest, match=words) as raised:
        await fetch(url + path, OPEN, param="p")
    assert raised.value.param == "p"


async def test_patience_ends(url):
    with pytest.raises(BadRequest, match=r"took longer than 0\.2 seconds"):
        await fetch(f"{url}/wait", FetchingOptions(allow_private_urls=True, download_timeout=0.2), param="p")


@pytest.mark.parametrize("host", PRIVATE)
async def test_private_addresses_are_not_asked(web, host):
    with pytest.raises(BadRequest, match="is a private address.*--allow-private-urls"):
        await fetch(f"http://{host}:{web.server_port}/9", CLOSED, param="p")
    assert web.asked == []


async def test_a_name_that_stands_for_a_private_address(web, names):
    names["innocent.example"] = "127.0.0.1"
    with pytest.raises(BadRequest, match=r"innocent\.example is a private address"):
        await fetch(f"http://innocent.example:{web.server_port}/9", CLOSED, param="p")
    assert web.asked == []


async def test_the_connection_goes_to_the_address_that_was_checked(web, names, monkeypatch):
    names["innocent.example"] = "127.0.0.1"
    monkeypatch.setattr(fetching, "_is_public", lambda address: names.clear() or address == "127.0.0.1")
    host = f"innocent.example:{web.server_port}"  # which by now stands for nothing
    assert (await fetch(f"http://{host}/9", CLOSED, param="p"))[0] == b"x" * 9
    assert web.asked == [("/9", host)]


async def test_each_redirect_is_checked(web, url, names, monkeypatch):
    names["outside.example"] = "127.0.0.1"
    names["inside.example"] = "127.0.0.2"
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == "127.0.0.1")
    to = f"http://inside.example:{web.server_port}/9"
    with pytest.raises(BadRequest, match=r"inside\.example is a private address"):
        await fetch(f"http://outside.example:{web.server_port}/to?{to}", CLOSED, param="p")
    assert [path for path, _ in web.asked] == [f"/to?{to}"]


async def test_every_part_that_names_a_file_gets_it(url):
    data = datauri.write(b"xxx", "image/png")
    parts = (
        TextPart(text="a"),
        ImagePart(url=f"{url}/3", detail="low"),
        VideoPart(url=f"{url}/3"),
        ImagePart(url=data),
    )
    messages = (Message(role="user", content="hi"), Message(role="user", content=parts))
    request = await fetched(ChatRequest(messages=messages), OPEN)
    assert request.messages[0] == messages[0]
    assert request.messages[1].content == (
        parts[0],
        ImagePart(url=data, detail="low"),
        VideoPart(url=data),
        ImagePart(url=data),
    )


async def test_inputs_that_want_vectors_get_theirs(url):
    shown = (TextPart(text="a"), ImagePart(url=f"{url}/3"))
    request = await fetched(EmbeddingRequest(inputs=("a", (1, 2), shown)), OPEN)
    assert request.inputs == ("a", (1, 2), (shown[0], ImagePart(url=datauri.write(b"xxx", "image/png"))))
    with pytest.raises(BadRequest) as raised:
        await fetched(EmbeddingRequest(inputs=("a", (ImagePart(url=f"{url}/missing"),))), OPEN)
    assert raised.value.param == "input.1.0"


async def test_the_part_to_blame_is_named(url):
    parts = (ImagePart(url=f"{url}/3"), ImagePart(url=f"{url}/missing"))
    with pytest.raises(BadRequest) as raised:
        await fetched(ChatRequest(messages=(Message(role="user", content=parts),)), OPEN)
    assert raised.value.param == "messages.0.content.1"
