"""Files inside a request, and what is said of those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlxs import datauri
from mlxs.errors import BadRequest

HEAD = "data:image/png;base64,"


@given(st.binary(min_size=1), st.sampled_from(["image/png", "audio/wav"]))
def test_a_file_is_read_as_it_was_written(file: bytes, kind: str) -> None:
    assert datauri.read(datauri.write(file, kind), param="image") == file


def test_lines_may_be_broken() -> None:
    assert datauri.read(f"{HEAD}aGVs\r\nbG8 =\n", param="image") == b"hello"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("picture.png", "neither a data URI"),
        ("data:image/png", "neither a data URI"),
        ("data:image/png,abc", "must be base64"),
        (HEAD, "is empty"),
        (f"{HEAD}????", "base64 is damaged"),
        (f"{HEAD}aGVsbG8", "base64 is damaged"),
        (f"{HEAD}aGVsbÖ8=", "base64 is damaged"),
    ],
)
def test_what_is_no_file_is_refused(url: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as raised:
        datauri.read(url, param="image")
    assert raised.value.param == "image"
