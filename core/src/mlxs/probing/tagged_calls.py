"""Guesses at formats whose calls have a tag an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..parsing.formats import Invokes, TaggedPairs, TaggedParameters
from .probes import CALLS
from .spoken import Guess

_NAME, _ARGUMENTS = CALLS[0]
_KEYS = tuple(_ARGUMENTS)
_CALL = re.compile(
    rf"(?P<before>.*?){_NAME}(?P<named>.*?){_KEYS[0]}(?P<opened>.*?){_ARGUMENTS['subject']}(?P<between>.*?)"
    rf"{_KEYS[1]}(?P=opened){_ARGUMENTS['amount']}(?P=between){_KEYS[2]}(?P=opened)\{{.*?\}}(?P<after>.*)",
    re.DOTALL,
)
"""A call that treats each of its arguments as the others."""
_TAG = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")
_INVOKE = re.compile(r'<(\S*)invoke name="')


class _Parts(NamedTuple):
    """What stands around the parts of a call.

    Args:
        opening: What stands before the name.
        named: What stands between the name and the first argument.
        key: What an argument begins with.
        value: What stands between its name and its value.
        inside: White space right inside the value's tags.
        closed: What an argument ends with.
        ends: The tags after the last argument.
    """

    opening: str
    named: str
    key: str
    value: str
    inside: str
    closed: str
    ends: tuple[str, ...]


def parameters(one: str, two: str) -> Iterator[Guess]:
    """A named function with a tag an argument, between tags."""
    parts = _parts(one)
    if parts is None or not parts.named or not parts.ends:
        return
    opening, function = _cut(parts.opening)
    said: dict[str, Any] = {"opening": opening, "closing": "".join(parts.ends[1:]), "inside": parts.inside}
    said |= {"function": (function, parts.named, parts.ends[0]), "parameter": (parts.key, parts.value, parts.closed)}
    mark = f"{opening}{function}...{parts.named}{parts.key}...{parts.value}"
    invoke = _INVOKE.fullmatch(function)
    if opening and invoke:
        said = {"opening": opening, "closing": said["closing"], "prefix": invoke[1]}
        yield type("Inferred", (Invokes,), said), mark
    elif opening:
        yield type("Inferred", (TaggedParameters,), said), mark


def pairs(one: str, two: str) -> Iterator[Guess]:
    """A name, and a tagged key and a tagged value an argument, between tags."""
    parts = _parts(one)
    tags = _TAG.findall(parts.value) if parts else []
    if parts is None or parts.named or len(tags) != 2 or len(parts.ends) != 1:
        return
    said: dict[str, Any] = {"opening": parts.opening, "closing": parts.ends[0]}
    said |= {"key": (parts.key, tags[0]), "value": (tags[1], parts.closed)}
    yield type("Inferred", (TaggedPairs,), said), f"{parts.opening}...{parts.key}...{parts.value}"


def _parts(one: str) -> _Parts | None:
    found = _CALL.fullmatch(one)
    if not found:
        return None
    closed, key = _cut(found["between"])
    inside = found["opened"][len(found["opened"].rstrip()) :]
    if not (key and closed and found["named"].endswith(key) and found["between"].startswith(inside)):
        return None
    if not found["after"].startswith(f"{inside}{closed}"):
        return None
    named, value = found["named"].removesuffix(key).strip(), found["opened"].strip()
    ends = _TAG.findall(found["after"].removeprefix(f"{inside}{closed}"))
    return _Parts(found["before"].strip(), named, key, value, inside, closed, tuple(ends))


def _cut(tags: str) -> tuple[str, str]:
    """What stands before the last tag, and that tag, though it has no end."""
    at = max(tags.rfind("<"), tags.rfind("["))
    return (tags[:at].strip(), tags[at:].strip()) if at >= 0 else (tags.strip(), "")
