"""Where the content of a block comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from mlxs.errors import BadRequest


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", protected_namespaces=())


class Base64(Body):
    type: Literal["base64"]
    media_type: str
    data: str


class Url(Body):
    type: Literal["url"]
    url: str


class File(Body):
    type: Literal["file"]
    file_id: str


class PlainText(Body):
    type: Literal["text"]
    data: str


def no_files(param: str) -> BadRequest:
    """What to say of a source that is a file."""
    return BadRequest(f"{param}: this server keeps no files; send the content itself", param=param)
