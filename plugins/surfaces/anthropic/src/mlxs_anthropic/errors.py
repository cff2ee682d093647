"""Errors in Anthropic's shape. https://platform.claude.com/docs/en/api/errors"""

from __future__ import annotations

from typing import Any

from mlxs.errors import RequestError
from mlxs.server.errors import NUMBER

KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}


def anthropic(error: RequestError) -> dict[str, Any]:
    """An error's body, which is also the data of the event that ends a stream."""
    kind = KINDS.get(error.status, "invalid_request_error" if error.status < 500 else "api_error")
    # clients know by these words that it is time to shorten the conversation
    message = f"prompt is too long: {error.message}" if error.code == "context_length_exceeded" else error.message
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": NUMBER.get()}
