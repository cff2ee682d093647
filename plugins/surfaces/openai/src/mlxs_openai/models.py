"""`GET /v1/models`. https://platform.openai.com/docs/api-reference/models"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from mlxs.models import Model
from mlxs.server.app import App


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""

    @router.get("/models")
    async def list_models() -> dict[str, Any]:
        """The models that can be asked for."""
        return {"object": "list", "data": [describe(model) for model in app.pool]}

    @router.get("/models/{id:path}")
    async def retrieve_model(id: str) -> dict[str, Any]:
        """One model, by name, path or alias."""
        return describe(app.pool.find(id))


def describe(model: Model) -> dict[str, Any]:
    """A model as OpenAI's clients expect it, and what they can use besides."""
    return {
        "id": model.name,
        "object": "model",
        "created": model.created,
        "owned_by": "mlxs",
        "context_window": model.info.context_length if model.info else None,
        "type": model.options.model_type,
        "capabilities": list(model.capabilities),
        "state": model.state,
    }
