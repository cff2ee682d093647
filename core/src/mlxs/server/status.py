"""What the server is and how it does: `/`, `/health` and `/version`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ..models import Model
from .app import App


def router(app: App) -> APIRouter:
    """Routes that need no key and belong to no dialect."""
    router = APIRouter(tags=["status"])

    @router.head("/", include_in_schema=False)
    @router.get("/")
    async def root() -> dict[str, str]:
        """What answers here; some clients look before they ask."""
        return {"name": "mlxs", "version": app.version, "docs": "/docs", "openapi": "/openapi.json"}

    @router.get("/health")
    async def health() -> JSONResponse:
        """200 where every model can be asked (those on demand are loaded when they are), else 503."""
        models = [describe(model) for model in app.pool]
        well = all(model["state"] in ("ready", "asleep") for model in models)
        return JSONResponse({"status": "ok" if well else "unavailable", "models": models}, 200 if well else 503)

    @router.get("/version")
    async def version() -> dict[str, str]:
        """The version of the server."""
        return {"version": app.version}

    return router


def describe(model: Model) -> dict[str, Any]:
    """One model's state, and what there is to say about it."""
    said: dict[str, Any] = {"id": model.name, "state": model.state, "type": model.options.model_type}
    if model.worker.trouble:
        said["trouble"] = model.worker.trouble
    if model.worker.progress:
        what, done, total = model.worker.progress
        said["progress"] = {"what": what, "done": done, "total": total}
    return said
