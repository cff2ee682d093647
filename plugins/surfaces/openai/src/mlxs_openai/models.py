"""`GET /v1/models`, for OpenAI's clients and Anthropic's, who ask by one path: each finds its own fields.

https://platform.openai.com/docs/api-reference/models
https://platform.claude.com/docs/en/api/models/list
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from mlxs.models import Model
from mlxs.server.app import App


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""

    @router.get("/models")
    async def list_models() -> dict[str, Any]:
        """The models that can be asked for."""
        models = [describe(model) for model in app.pool]
        ends = {"first_id": models[0]["id"], "last_id": models[-1]["id"]} if models else {}
        return {"object": "list", "data": models, "has_more": False, **ends}

    @router.get("/models/{id:path}")
    async def retrieve_model(id: str) -> dict[str, Any]:
        """One model, by name, path or alias."""
        return describe(app.pool.find(id))


def describe(model: Model) -> dict[str, Any]:
    """A model as either API's clients expect it, and what they can use besides."""
    context_length = model.info.context_length if model.info else None
    return {
        "id": model.name,
        "object": "model",
        "created": model.created,
        "owned_by": "mlxs",
        "type": "model",
        "display_name": model.name,
        "created_at": datetime.fromtimestamp(model.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lifecycle": "active",
        "max_input_tokens": context_length,
        "context_window": context_length,
        "model_type": model.options.model_type,
        "tasks": list(model.capabilities),
        "state": model.state,
    }
