"""`POST /v1/images/generations`, `/edits` and `/variations`: pictures made, changed, and made once more.

https://platform.openai.com/docs/api-reference/images
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response

from mlxs.errors import NotServed, RequestError
from mlxs.models import Model
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.image import ImageRequest

from .form import described
from .image_edits import EditForm, VariationForm, edit, variation
from .image_fields import ImageFields
from .image_files import Files
from .image_writer import ImageWriter, fold
from .messages import Body

Events = AsyncGenerator[dict[str, Any], None]


class GenerationBody(ImageFields, Body):
    """A request to make pictures."""


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""
    files = Files()

    @router.post("/images/generations")
    async def create_image(body: GenerationBody, request: Request) -> Response:
        """Pictures of what a prompt says."""
        return await answer(body, body.requests(), "image", request)

    @router.post("/images/edits", openapi_extra=described(EditForm))
    async def create_image_edit(request: Request) -> Response:
        """Pictures made of pictures, as a prompt says."""
        fields, asked = await edit(app, request)
        return await answer(fields, asked, "image-edit", request)

    @router.post("/images/variations", openapi_extra=described(VariationForm))
    async def create_image_variation(request: Request) -> Response:
        """Pictures like a picture."""
        fields, asked = await variation(request)
        return await answer(fields, asked, "image-edit", request)

    @router.get("/images/files/{name}")
    async def image_file(name: str) -> Response:
        """A picture that an answer named."""
        if not (found := files.find(name)):
            raise NotServed("there is no such picture, or no longer: they are kept for an hour", code="not_found")
        file, kind = found
        return Response(file, media_type=kind, headers={"cache-control": "private, max-age=3600, immutable"})

    async def answer(fields: ImageFields, asked: list[ImageRequest], capability: str, request: Request) -> Response:
        model = app.pool.find(fields.model)
        writer = ImageWriter("image_generation" if capability == "image" else "image_edit", fields)
        events = await unless_gone(request, _begun(app, model, capability, asked, writer))
        if fields.stream:
            return sse.stream(_frames(events), _failed)

        def address(data: str, kind: str) -> str:
            return f"{request.base_url}v1/images/files/{files.keep(b64decode(data), f'image/{kind}')}"

        made = await unless_gone(request, _all(events))
        return errors.json_response(fold(made, address if fields.response_format == "url" else None))


async def _begun(app: App, model: Model, capability: str, asked: list[ImageRequest], writer: ImageWriter) -> Events:
    """The events of all pictures, one after the other. The model has taken the first request when this returns."""

    async def results(number: int) -> AsyncGenerator[Any, None]:
        return await pipeline.results(app.catalog.plugins, model, capability, asked[number])

    async def events(first: AsyncGenerator[Any, None]) -> Events:
        for number in range(len(asked)):
            async with aclosing(await results(number) if number else first) as portions:
                async for portion in portions:
                    for event in writer.events(portion):
                        yield event

    return events(await results(0))


async def _all(events: Events) -> list[dict[str, Any]]:
    async with aclosing(events):
        return [event async for event in events]


async def _frames(events: Events) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        async for event in events:
            yield sse.frame(event, event["type"])


def _failed(error: RequestError) -> bytes:
    return sse.frame({"type": "error", **errors.openai(error)}, "error")
