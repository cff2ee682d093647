"""The ASGI application, assembled from what is installed and what is loaded."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from ..catalog import load
from ..errors import NotServed
from . import errors, explain, parse, status
from .app import App
from .dialects import Dialects
from .middleware import Guard
from .state import kept
from .unpack import Unpack

log = logging.getLogger(__name__)


def create(app: App) -> FastAPI:
    """The ASGI application: each surface whose needs some model meets, under its own paths."""
    api = FastAPI(title="mlxs", version=app.version, docs_url="/docs", redoc_url=None, lifespan=lambda _: _life(app))
    api.include_router(status.router(app))
    api.include_router(parse.router(app))
    api.include_router(explain.router(app))
    dialects = Dialects()
    able = {capability for model in app.pool for capability in model.capabilities}
    for offer in app.catalog.surfaces.offers:
        needs = getattr(offer.spec, "needs", ())
        if needs and not able.intersection(needs):
            log.info("surface %s is left out: no model has %s", offer.spec.name, " or ".join(needs))
            continue
        try:
            router = load(offer)(app)
            api.include_router(router)
            dialects.add(router)
        except Exception as error:
            log.error("surface %s is left out: %s", offer.spec.name, error)
            offer.plugin.trouble = offer.plugin.trouble or f"surface {offer.spec.name} is left out: {error}"
    _answer_errors(api, dialects)
    api.add_middleware(Unpack, max_body_size=app.server.max_body_size)
    api.add_middleware(Guard, api_key=app.server.api_key, max_body_size=app.server.max_body_size, dialects=dialects)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=app.server.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["x-request-id", "request-id"],
    )
    return api


@asynccontextmanager
async def _life(app: App) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(kept(app))
        for implementation in app.catalog.plugins.implementations("mlxs_lifespan"):
            try:
                await stack.enter_async_context(implementation(app=app))
            except Exception as error:
                implementation.plugin.blame("mlxs_lifespan", error)
        stack.push_async_callback(app.pool.stop)
        await app.pool.start()
        yield


def _answer_errors(api: FastAPI, dialects: Dialects) -> None:
    @api.exception_handler(404)
    async def not_found(request: Any, error: Any) -> Any:
        said = f"there is nothing at {request.method} {request.url.path}; GET /openapi.json lists what there is"
        return errors.response(NotServed(said, code="not_found"), dialects.of(request.url.path))

    @api.exception_handler(ClientDisconnect)
    async def left(request: Any, error: Any) -> Any:
        return Response(status_code=499)  # nobody hears it; nginx's number for this

    @api.exception_handler(Exception)
    @api.exception_handler(405)
    async def failed(request: Any, error: Exception) -> Any:
        return errors.response(errors.as_request_error(error), dialects.of(request.url.path))
