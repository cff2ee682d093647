"""What a model that does not talk answers, all of it."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from fastapi import Request

from mlxs.models import Model
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone


async def indexed(app: App, http: Request, model: Model, capability: str, request: Any) -> list[Any]:
    """Every result, in the order of what was asked; the work ends when the client goes."""

    async def all_of_them() -> list[Any]:
        async with aclosing(await pipeline.results(app.catalog.plugins, model, capability, request)) as portions:
            return [result async for portion in portions for result in portion]

    return sorted(await unless_gone(http, all_of_them()), key=lambda result: result.index)


def usage(results: list[Any]) -> dict[str, int]:
    """Tokens of all results together."""
    tokens = sum(result.tokens for result in results)
    return {"prompt_tokens": tokens, "total_tokens": tokens}
