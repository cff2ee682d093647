"""Multipart bodies: fields and files, lists as `name`, `name[]` or `name[0]`, and objects as `name[key]`."""

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
from starlette.exceptions import HTTPException

from mlxs.errors import BadRequest, RequestError, UnsupportedMediaType


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

    model_config = ConfigDict(extra="ignore", protected_namespaces=(), allow_inf_nan=False)

    model: str = ""


FormT = TypeVar("FormT", bound=Form)
BodyT = TypeVar("BodyT", bound=BaseModel)


async def read(request: Request, kind: type[FormT]) -> FormT:
    """A request's form. Where the path names a deployment, that is its model.

    Raises UnsupportedMediaType where the body is no form, BadRequest where it is broken, or has a field twice
    that is no list, RequestValidationError where a field is wrong.
    """
    sent = media_type(request)
    if sent != "multipart/form-data":
        raise UnsupportedMediaType(f"send the body as multipart/form-data, not {sent or 'without a content-type'}")
    try:
        fields = await _fields(request)
    except HTTPException as error:
        if isinstance(error.__cause__, RequestError):
            raise
        raise BadRequest(f"the form cannot be read: {error.detail}", code="invalid_form") from None
    except UnicodeError as error:  # of a charset that nobody writes forms in
        raise BadRequest(f"the form cannot be read: {error}; send it as UTF-8", code="invalid_form") from None
    deployed = {"model": request.path_params["deployment"]} if "deployment" in request.path_params else {}
    return validated(kind, {**_single(kind, fields), **deployed})


def media_type(request: Request) -> str:
    """What a request says its body is; "" where it does not."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def validated(kind: type[BodyT], said: Any) -> BodyT:
    """A body that a route read itself. Raises RequestValidationError where a field is wrong."""
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None


def described(kind: type[Form]) -> dict[str, Any]:
    """A route's `openapi_extra`, for a body that it reads itself."""
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": kind.model_json_schema()}}}}


async def _fields(request: Request) -> dict[str, list[Any]]:
    """All that was sent by each name."""
    fields: dict[str, list[Any]] = {}
    objects: dict[str, dict[str, Any]] = {}
    async with request.form() as form:
        for sent, value in form.multi_items():
            name, key = _parted(sent)
            if isinstance(value, UploadFile):
                data = await asyncio.to_thread(b64encode, await value.read())
                fields.setdefault(name, []).append(Upload(value.filename or "", data.decode()))
            elif value and key:
                objects.setdefault(name, {})[key] = value
            elif value:
                fields.setdefault(name, []).append(value)
    for name, said in objects.items():
        fields.setdefault(name, []).append(said)
    return fields


def _parted(sent: str) -> tuple[str, str]:
    """A field's name, and the key where only that of an object was sent."""
    name, key = re.fullmatch(r"(.*?)(?:\[(\w*)\])?", sent, re.DOTALL).groups("")  # type: ignore[union-attr]  # always
    return name, "" if key.isdecimal() else key


def _single(kind: type[Form], fields: dict[str, list[Any]]) -> dict[str, Any]:
    """Fields as their types have them: lists, and what is said once."""
    lists = {name for name, field in kind.model_fields.items() if get_origin(field.annotation) is list}
    for name in kind.model_fields.keys() & fields.keys() - lists:
        if (times := len(fields[name])) > 1:
            raise BadRequest(f"{name} is there {times} times; send it once", param=name)
    return {name: values if name in lists else values[-1] for name, values in fields.items()}
