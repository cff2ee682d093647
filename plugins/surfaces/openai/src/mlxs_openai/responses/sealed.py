"""What only this server reads again: `encrypted_content` of reasoning and compaction items.

It is JSON in base64. Whoever sends it has the words anyway, so nothing is hidden; clients are to treat
it as opaque, and what another server has sealed is no concern of ours.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

_MARK = b"mlxs:"


def seal(data: dict[str, Any]) -> str:
    """Data as opaque text."""
    return base64.b64encode(_MARK + orjson.dumps(data)).decode()


def unseal(text: str) -> dict[str, Any] | None:
    """The data again; None where another server has sealed it."""
    try:
        mark, _, data = base64.b64decode(text, validate=True).partition(b":")
        said = orjson.loads(data) if mark + b":" == _MARK else None
    except (binascii.Error, ValueError):
        return None
    return said if isinstance(said, dict) else None
