"""Names for what is made here."""

from __future__ import annotations

from secrets import token_hex


def new(kind: str) -> str:
    """An id nobody has yet: `new("msg")` is `msg_` and 48 hexadecimal digits, as long as OpenAI's."""
    return f"{kind}_{token_hex(24)}"
