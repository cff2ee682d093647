"""OpenAI's API as Azure spells its paths: the same routes, under more prefixes, with any `api-version`.

https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.requests import HTTPConnection


async def _deployed(connection: HTTPConnection, deployment: str) -> None:
    """The deployment is the model, whatever the body says."""
    if not isinstance(connection, Request) or connection.method not in ("POST", "PUT", "PATCH"):
        return
    try:
        body = await connection.json()  # the very object that the route's body is made of, which has been read by now
    except ValueError:
        return
    if isinstance(body, dict):
        body["model"] = deployment


def everywhere(routes: APIRouter) -> APIRouter:
    """A router with these routes under `/v1`, and under each of Azure's prefixes, which the schema leaves out.

    Args:
        routes: Without a prefix, such as `/chat/completions`. Their body is JSON and names a `model`.
    """
    router = APIRouter()
    router.include_router(routes, prefix="/v1")
    router.include_router(
        routes,
        prefix="/openai/deployments/{deployment}",
        dependencies=[Depends(_deployed)],
        include_in_schema=False,
    )
    for prefix in ("/openai/v1", "/openai"):
        router.include_router(routes, prefix=prefix, include_in_schema=False)
    return router
