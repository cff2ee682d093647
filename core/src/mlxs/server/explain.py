"""Why so much of a prompt was cached and no more: `/v1/cache/explain/{request_id}`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from ..backends import Prompted
from ..errors import NotServed
from ..models import Model
from . import errors
from .app import App

KEPT = 256
"""Requests of a model that are remembered."""


def remember(model: Model, prompted: Prompted) -> None:
    """Keep what was said of the prompt of the request at hand."""
    number = errors.NUMBER.get()
    if number is None:
        return
    model.prompted.pop(number, None)
    model.prompted[number] = prompted
    while len(model.prompted) > KEPT:
        del model.prompted[next(iter(model.prompted))]


def router(app: App) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/v1", tags=["cache"], route_class=errors.dialect(errors.openai))

    @router.get("/cache/explain/{request_id:path}")
    async def explain(request_id: str) -> dict[str, Any]:
        """Where a prompt parted from the nearest that the cache held, with the text around that place.

        `request_id` is the reply's `x-request-id`. `divergence` is null where the cache held nothing.
        """
        for model in app.pool:
            if prompted := model.prompted.get(request_id):
                return {
                    "request_id": request_id,
                    "model": model.name,
                    "prompt_tokens": prompted.tokens,
                    "cached_tokens": prompted.cached,
                    "divergence": asdict(prompted.divergence) if prompted.divergence else None,
                }
        raise NotServed(
            f"nothing is known of a request {request_id!r}; the last {KEPT} prompts of each model are, by the "
            "x-request-id of their replies",
            code="unknown_request",
        )

    return router
