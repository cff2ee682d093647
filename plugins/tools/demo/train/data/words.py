"""The lists of words, which of them are kept for evaluation, and the lists of phrases."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32


@cache
def words(kind: str, held_out: bool) -> list[str]:
    """Those of a list that training sees, or the fifth that it does not."""
    found = dict.fromkeys(word.strip() for word in page("words")[kind].replace("\n", " ").split(","))
    return [word for word in found if word and (crc32(word.encode()) % 5 == 0) == held_out]


def listed(kind: str) -> bool:
    return kind in page("words")


def phrases(kind: str) -> list[str]:
    """A list of `phrases.toml`."""
    found: list[str] = page("phrases")[kind]
    return found


@cache
def page(name: str) -> dict[str, Any]:
    """One of the TOML files beside this module."""
    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
