"""Multipart bodies: fields and files, and lists whether they are spelled `name`, `name[]` or `name[0]`."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.datastructures import UploadFile

from mlxs.errors import UnsupportedMediaType


@dataclass(frozen=True)
class Upload:
    """A file.

    Args:
        name: As the client calls it.
        data: Base64.
    """

    name: str
    data: str


def _uploaded(value: Any) -> Any:
    if not isinstance(value, Upload):
        raise PydanticCustomError("no_file", "it must be a file, sent with a file name")
    return value


File = Annotated[Upload, BeforeValidator(_uploaded), WithJsonSchema({"type": "string", "format": "binary"})]
"""What a field that is a file is annotated with."""


class Form(BaseModel):
    """A body's fields. All are sent as text; an empty one counts as not sent."""

    model_config = ConfigDict(extra="ignore", protected_namespaces=())

    model: str = ""


FormT = TypeVar("FormT", bound=Form)


async def read(request: Request, kind: type[FormT]) -> FormT:
    """A request's form. Where the path names a deployment, that is its model.

    Raises UnsupportedMediaType where the body is no form, RequestValidationError where a field is wrong.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "multipart/form-data":
        raise UnsupportedMediaType(f"send the body as multipart/form-data, not {sent or 'without a content-type'}")
    fields: dict[str, list[Any]] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await asyncio.to_thread(b64encode, await value.read())
                fields.setdefault(_bare(name), []).append(Upload(value.filename or "", data.decode()))
            elif value:
                fields.setdefault(_bare(name), []).append(value)
    deployed = {"model": request.path_params["deployment"]} if "deployment" in request.path_params else {}
    try:
        return kind.model_validate({**_single(kind, fields), **deployed})
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None


def described(kind: type[Form]) -> dict[str, Any]:
    """A route's `openapi_extra`, for a body that it reads itself."""
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": kind.model_json_schema()}}}}


def _bare(name: str) -> str:
    return re.sub(r"\[\d*\]$", "", name)


def _single(kind: type[Form], fields: dict[str, list[Any]]) -> dict[str, Any]:
    """Fields that are no lists say what they said last."""
    lists = {name for name, field in kind.model_fields.items() if get_origin(field.annotation) is list}
    return {name: values if name in lists else values[-1] for name, values in fields.items()}
