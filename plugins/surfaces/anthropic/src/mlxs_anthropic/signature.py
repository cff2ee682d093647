"""Signatures of thinking blocks.

Anthropic's prove that a thought is its own, and carry the thought where the client does not want to
see it (`display: omitted`), so that it comes back with the next turn. Nothing needs proving here.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

MARK = b"mlxs:"


def sign(hidden: str) -> str:
    """The signature of a thought; `hidden` is what of it was not shown."""
    return b64encode(MARK + hidden.encode()).decode()


def hidden(signature: str) -> str:
    """What was hidden in a signature; "" where it is another server's."""
    try:
        said = b64decode(signature, validate=True)
        return said.removeprefix(MARK).decode() if said.startswith(MARK) else ""
    except ValueError:
        return ""
