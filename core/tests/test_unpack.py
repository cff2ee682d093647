"""Compressed bodies are read, up to a size; those that are damaged or unknown are refused."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest
import zstandard

from mlxs.errors import BadRequest, TooLarge
from mlxs.plugins import Plugins
from mlxs.server.unpack import unpack
from mlxs.testing.serving import Served, serving


def raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw),
    ("zstd", zstandard.compress),
]
LIMIT = 100_000


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(plugins=Plugins(), max_body_size=LIMIT) as served:
        yield served


def parse(served: Served, content: bytes, encoding: str) -> httpx.Response:
    headers = {"content-encoding": encoding, "content-type": "application/json"}
    return httpx.post(served.url + "/v1/parse", content=content, headers=headers)


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_bodies_are_unpacked(served: Served, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    body = json.dumps({"text": "hé" * 9000}).encode()
    assert parse(served, pack(body), encoding).json()["content"] == "hé" * 9000
    assert parse(served, pack(pack(body)), f"{encoding}, {encoding.upper()}").status_code == 200
    bomb = parse(served, pack(b" " * 10_000_000), encoding)
    assert bomb.status_code == 413
    assert "100000 bytes" in bomb.json()["error"]["message"]
    for damaged in (pack(body)[:-9], b"\x00" + pack(body), b"{}"):
        answer = parse(served, damaged, encoding)
        assert answer.status_code == 400, damaged[:20]
        assert answer.json()["error"]["code"] == "invalid_body"


def test_unknown_encodings_are_named(served: Served) -> None:
    answer = parse(served, b"{}", "br")
    assert answer.status_code == 415
    assert "'br'" in answer.json()["error"]["message"]
    assert "gzip, deflate, zstd" in answer.json()["error"]["message"]
    assert parse(served, b'{"text": "x"}', "identity").status_code == 200


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_what_is_packed_comes_back_whole(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    for length in (0, 1, 1023, 1024, 5000, 100_000):
        data = random.Random(length).randbytes(length)
        assert unpack(pack(data), encoding, length) == data
        if length:
            with pytest.raises(TooLarge):
                unpack(pack(data), encoding, length - 1)
            with pytest.raises(BadRequest, match=encoding):
                unpack(pack(data)[:-1], encoding, length)
    assert unpack(pack(b"one") + pack(b"two"), encoding, 6) == b"onetwo"
