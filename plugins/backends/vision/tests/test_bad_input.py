"""What cannot be shown is refused in words that say what to do, and the worker lives on."""

from __future__ import annotations

import io
import struct
import zlib
from base64 import b64encode
from dataclasses import replace

import pytest

from mlxs.errors import BadRequest
from mlxs.requests import ImagePart, Message, Tool, ToolCall, VideoPart


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def png_data(file: bytes) -> str:
    return f"data:image/png;base64,{b64encode(file).decode()}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "neither a data URI"),
        ("picture.png", "neither a data URI"),
        ("file:///etc/passwd", "neither a data URI"),
        ("data:image/png;base64,", "is empty"),
        ("data:image/png;base64,????", "base64 is damaged"),
        ("data:image/png,abc", "must be base64"),
        (png_data(b"no picture at all"), "this is no picture; send a file of one of the formats PNG"),
        (png_data(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), "this is no picture"),
        (png_data(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "this is no picture"),
        (png_data(claims(20_000, 20_000)), "too many pixels; send one with at most 16384 a side"),
        (png_data(claims(20_000, 40)), "has 20000x40 pixels; send one with at most 16384 a side"),
        (png_data(claims(9_000, 9_000)), "has 9000x9000 pixels; .* and 64 million in all"),
        (png_data(claims(64, 64)), "is damaged"),
    ],
)
def test_pictures(loop, chat, url, words):
    with pytest.raises(BadRequest, match=words) as raised:
        loop.backend.prepare(chat(["a", ImagePart(url=url)]))
    assert raised.value.param == "messages.0.content.1.image_url"


def test_a_picture_that_is_cut_off(loop, chat, noise, files):
    file = files.png(noise(1, 400, 400), "JPEG")
    with pytest.raises(BadRequest, match="is damaged"):
        loop.backend.prepare(chat([ImagePart(url=files.uri(file[: len(file) // 2], "image/jpeg"))]))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_formats_that_are_read(loop, chat, noise, files, kind):
    assert loop.backend.prepare(chat([ImagePart(url=files.uri(files.png(noise(1), kind)))])).media.pictures[0].tokens


def test_what_is_transparent_is_white(loop, chat):
    from PIL import Image

    into = io.BytesIO()
    Image.new("RGBA", (64, 48), (0, 0, 0, 0)).save(into, "PNG")
    white = Image.new("RGB", (64, 48), "white")
    jobs = [loop.backend.prepare(chat([shown])) for shown in (ImagePart(url=png_data(into.getvalue())), white)]
    assert jobs[0].identity == jobs[1].identity


@pytest.mark.parametrize("file", [b"no film", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"])
def test_films(loop, chat, files, file):
    with pytest.raises(BadRequest, match="cannot be read as a film; send mp4, mov"):
        loop.backend.prepare(chat([VideoPart(url=files.uri(file, "video/mp4"))]))


def test_a_picture_the_processor_does_not_like(loop, chat, noise):
    with pytest.raises(BadRequest, match="the model's processor refuses what is shown"):
        loop.backend.prepare(chat([noise(1, 4000, 8)]))


MARK = "<|image_pad|>"
CALL = ToolCall(id="a", name="f", arguments={"deep": [{MARK: 1}]})


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"messages": (Message(role="system", content=MARK),)}, "messages.0"),
        ({"messages": (Message(role="assistant", content="a", reasoning=f"a{MARK}"),)}, "messages.0"),
        ({"messages": (Message(role="assistant", tool_calls=(CALL,)),)}, "messages.0"),
        ({"tools": (Tool(name="f", description=MARK),)}, "tools"),
        ({"tools": (Tool(name="f", parameters={"properties": {"a": {"enum": [MARK]}}}),)}, "tools"),
        ({"template": {"hint": MARK}}, "chat_template_kwargs"),
    ],
)
def test_placeholders_that_clients_write_are_not_pictures(loop, chat, noise, changed, param):
    shown = chat(["what?", noise(1)])
    asked = replace(shown, **{**changed, "messages": (*changed.get("messages", ()), *shown.messages)})
    with pytest.raises(BadRequest, match="stands for what is shown; leave it out of the text") as raised:
        loop.backend.prepare(asked)
    assert raised.value.param == param


def test_a_prompt_that_is_too_long_for_the_context(open_loop, chat, noise):
    with pytest.raises(BadRequest) as raised:
        open_loop(context_length=32).backend.prepare(chat([noise(1, 200, 200)]))
    assert raised.value.code == "context_length_exceeded"
