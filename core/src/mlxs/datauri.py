"""Files inside a request: `data:image/png;base64,...`, as https://www.rfc-editor.org/rfc/rfc2397 has it."""

from __future__ import annotations

from base64 import b64decode, b64encode

from .errors import BadRequest

SHOWN = 40
"""Characters of an address that an error repeats."""


def write(file: bytes, kind: str) -> str:
    """A data URI of a file.

    Args:
        kind: Its media type, such as `image/png`.
    """
    return f"data:{kind};base64,{b64encode(file).decode()}"


def read(url: str, *, param: str) -> bytes:
    """The file in a data URI, whatever kind it says it is.

    Args:
        param: The field it stands in.

    Raises BadRequest where it is none, or holds nothing.
    """
    head, comma, data = url.partition(",")
    if not head.lower().startswith("data:") or not comma:
        said = url if len(url) <= SHOWN else f"{url[:SHOWN]}..."
        raise BadRequest(
            f"{param}: {said!r} is neither a data URI (data:image/png;base64,...) nor an http(s) address", param=param
        )
    if not head.lower().endswith(";base64"):
        raise BadRequest(f"{param}: the data URI must be base64 (data:image/png;base64,...)", param=param)
    try:
        file = decoded(data)
    except ValueError as error:
        raise BadRequest(f"{param}: the data URI's base64 is damaged: {error}", param=param) from None
    if not file:
        raise BadRequest(f"{param}: the data URI is empty; send a file with something in it", param=param)
    return file


def decoded(data: str) -> bytes:
    """The file in base64, which may be broken into lines. Raises ValueError where it is damaged."""
    return b64decode("".join(data.split()), validate=True)
