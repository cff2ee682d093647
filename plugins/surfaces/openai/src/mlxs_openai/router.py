"""OpenAI's endpoints."""

from __future__ import annotations

from fastapi import APIRouter

from mlxs.server import errors
from mlxs.server.app import App
from mlxs.server.azure import everywhere

from . import chat, completions, embeddings, images, models, rerank, responses, speech, tokens, transcriptions


def router(app: App) -> APIRouter:
    """Everything under `/v1`, and under Azure's paths; tokens and reranking under no prefix too."""
    kind = errors.dialect(errors.openai)
    routes = APIRouter(tags=["openai"], route_class=kind)
    chat.mount(routes, app)
    completions.mount(routes, app)
    embeddings.mount(routes, app)
    images.mount(routes, app)
    models.mount(routes, app)
    rerank.mount(routes, app)
    responses.mount(routes, app)
    speech.mount(routes, app)
    tokens.mount(routes, app)
    transcriptions.mount(routes, app)
    router = everywhere(routes)
    plain = APIRouter(tags=["tokens"], route_class=kind)
    tokens.mount(plain, app)
    rerank.mount(plain, app)
    router.include_router(plain)
    return router
