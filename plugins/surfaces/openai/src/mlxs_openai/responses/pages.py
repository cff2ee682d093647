"""Lists, a page at a time. https://platform.openai.com/docs/api-reference/responses/input-items"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query

from mlxs.errors import BadRequest

Limit = Annotated[int, Query(ge=1, le=100)]
Order = Literal["asc", "desc"]


def page(items: Sequence[dict[str, Any]], limit: int) -> dict[str, Any]:
    """The body of a page, of items that may be one more than fit it."""
    shown = items[:limit]
    return {
        "object": "list",
        "data": list(shown),
        "first_id": shown[0]["id"] if shown else "",
        "last_id": shown[-1]["id"] if shown else "",
        "has_more": len(items) > limit,
    }


def after(items: Sequence[dict[str, Any]], id: str | None, order: Order) -> list[dict[str, Any]]:
    """Those that follow the item of that id, in that order. Raises BadRequest where there is no such item."""
    ordered = list(items) if order == "asc" else list(reversed(items))
    if id is None:
        return ordered
    for number, item in enumerate(ordered):
        if item["id"] == id:
            return ordered[number + 1 :]
    raise BadRequest(f"after: there is no {id!r} here", code="not_found", param="after")
