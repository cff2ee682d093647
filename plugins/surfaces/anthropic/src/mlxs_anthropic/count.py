"""`POST /v1/messages/count_tokens`. https://platform.claude.com/docs/en/api/messages/count_tokens"""

from __future__ import annotations

from fastapi import APIRouter, Request

from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.tokens import TokensRequest

from .body import PromptBody


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("/count_tokens")
    async def count_tokens(body: PromptBody, request: Request) -> dict[str, int]:
        """How many tokens the prompt of a message would have, chat template and tools included."""
        asked = TokensRequest(prompt=body.request(), model=body.model)
        model = app.pool.find(asked.model)
        counted = await unless_gone(request, pipeline.tokens(app.catalog.plugins, model, asked))
        return {"input_tokens": len(counted.ids)}
