"""OpenAI's endpoints."""

from __future__ import annotations

from fastapi import APIRouter

from mlxs.server import errors
from mlxs.server.app import App

from . import chat, models


def router(app: App) -> APIRouter:
    """Everything under `/v1`."""
    router = APIRouter(prefix="/v1", tags=["openai"], route_class=errors.dialect(errors.openai))
    chat.mount(router, app)
    models.mount(router, app)
    return router
