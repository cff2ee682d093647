"""Anthropic's endpoints."""

from __future__ import annotations

from fastapi import APIRouter

from mlxs.server.app import App
from mlxs.server.errors import dialect

from . import count, create
from .errors import anthropic


def router(app: App) -> APIRouter:
    """Everything under `/v1/messages`; `/v1/models` is the OpenAI surface's, in both APIs' shape."""
    router = APIRouter(prefix="/v1/messages", tags=["anthropic"], route_class=dialect(anthropic))
    create.mount(router, app)
    count.mount(router, app)
    return router
