"""What clients send to change pictures: as a form with files, or as JSON with data URIs and addresses."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Literal

from fastapi import Request
from orjson import JSONDecodeError
from pydantic import Field

from mlxs import datauri
from mlxs.errors import BadRequest
from mlxs.options import FetchingOptions
from mlxs.server.app import App
from mlxs.server.body import JsonRequest
from mlxs.server.fetch import HTTP, fetch
from mlxs.tasks.image import ImageEditRequest, ImageRequest

from .form import File, Form, media_type, read, validated
from .image_fields import ImageFields
from .messages import Body

MOST = 16
"""Pictures of one request, as at OpenAI."""


class EditFields(ImageFields):
    """How a picture is to be changed."""

    strength: float | None = None
    input_fidelity: Literal["low", "high"] | None = None

    def refuse(self) -> None:
        super().refuse()
        if self.input_fidelity == "high":
            raise BadRequest("input_fidelity: this is not supported; send `strength`", param="input_fidelity")

    def made_of(self, images: list[str], mask: str | None = None) -> list[ImageRequest]:
        """What it means, with these files, base64."""
        if not images:
            raise BadRequest("image: there is none; send at least one picture", param="image")
        if len(images) > MOST:
            raise BadRequest(f"image: {len(images)} pictures are more than {MOST}; send fewer", param="image")
        self.refuse()
        common = {**self.common(), "images": tuple(images), "mask": mask, "strength": self.strength}
        return self.each(ImageEditRequest(**common))


class EditForm(EditFields, Form):
    """A request to change pictures, as a form."""

    image: list[File] = Field(default_factory=list)
    mask: File | None = None
    markup: File | None = None


class VariationForm(EditFields, Form):
    """A request for pictures like a picture."""

    prompt: str = ""
    image: File


class ImageRef(Body):
    """A picture, as a data URI or an address."""

    image_url: str | None = None
    file_id: str | None = None


class EditBody(EditFields, Body):
    """A request to change pictures, as JSON."""

    image: str | list[str] | None = None
    images: list[ImageRef | str] | None = None
    mask: ImageRef | str | None = None
    markup: Any = None

    def pictures(self) -> list[ImageRef | str]:
        """All of them."""
        one = [self.image] if isinstance(self.image, str) else self.image or []
        return [*one, *(self.images or [])]


async def edit(app: App, request: Request) -> tuple[ImageFields, list[ImageRequest]]:
    """What a request to change pictures says, and means. Raises BadRequest where that is nothing we can do."""
    kind = media_type(request)
    fields: EditForm | EditBody
    if kind == "application/json" or kind.endswith("+json"):
        fields = await _json(request)
        images = [await _file(app, fields, one, f"images.{n}") for n, one in enumerate(fields.pictures())]
        mask = None if fields.mask is None else await _file(app, fields, fields.mask, "mask")
    else:
        fields = await read(request, EditForm)
        images = [one.data for one in fields.image]
        mask = fields.mask.data if fields.mask else None
    if fields.markup is not None:
        raise BadRequest("markup: this is not supported; say it in the prompt, or send a mask", param="markup")
    return fields, fields.made_of(images, mask)


async def variation(request: Request) -> tuple[ImageFields, list[ImageRequest]]:
    """What a request for variations says, and means."""
    form = await read(request, VariationForm)
    return form, form.made_of([form.image.data])


async def _json(request: Request) -> EditBody:
    strict = JsonRequest(request.scope)
    strict._body = await request.body()
    try:
        said = await strict.json()
    except JSONDecodeError as error:
        raise BadRequest(f"the body is not valid JSON: {error}", code="invalid_json") from None
    if isinstance(said, dict) and "deployment" in request.path_params:
        said["model"] = request.path_params["deployment"]
    return validated(EditBody, said)


async def _file(app: App, fields: EditBody, said: ImageRef | str, param: str) -> str:
    """A file, base64."""
    url = said if isinstance(said, str) else said.image_url
    if url is None:
        raise BadRequest(f"{param}: no files are stored here; send image_url, a data URI or an address", param=param)
    if not url.lower().startswith(HTTP):
        return b64encode(datauri.read(url, param=param)).decode()
    options = app.pool.find(fields.model).options
    if not isinstance(options, FetchingOptions):
        raise BadRequest(f"{param}: this model's pictures are sent as data URIs, not as addresses", param=param)
    file, _ = await fetch(url, options, param=param)
    return b64encode(file).decode()
