"""OpenAI's API as Azure spells its paths: the same routes, under more prefixes.

https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.requests import HTTPConnection

ApiVersion = Annotated[str | None, Query(alias="api-version", description="Any; there is but one.")]


async def _versioned(api_version: ApiVersion = None) -> None:
    pass


async def _deployed(
    connection: HTTPConnection, deployment: Annotated[str, Path()], api_version: ApiVersion = None
) -> None:
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
    """A router with these routes under `/v1`, and under each of Azure's prefixes.

    Args:
        routes: Without a prefix, such as `/chat/completions`. Their body is JSON and names a `model`.
    """
    router = APIRouter()
    router.include_router(routes, prefix="/v1")
    router.include_router(routes, prefix="/openai/v1", dependencies=[Depends(_versioned)])
    router.include_router(routes, prefix="/openai/deployments/{deployment}", dependencies=[Depends(_deployed)])
    router.include_router(routes, prefix="/openai", dependencies=[Depends(_versioned)])
    return router
