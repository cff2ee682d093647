"""`POST /v1/embeddings`: texts, token ids, pictures, sounds and films as vectors.

https://platform.openai.com/docs/api-reference/embeddings/create, with `prompt_name` of
sentence-transformers, and `image_url`, `input_audio` and `video_url` as in chat, which make one vector
with the text. Vectors have length 1. Fields of other servers that would change the vectors are refused.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.requests import Part, TextPart
from mlxs.server import errors
from mlxs.server.app import App
from mlxs.tasks.embedding import EmbeddingRequest, Input, Vector

from .messages import Audio, Body, Image, Video
from .results import indexed, usage

MOST = 2048
"""Inputs of one request, as at OpenAI."""


class EmbeddingBody(Body):
    """A request for vectors."""

    input: str | list[str] | list[int] | list[list[int]]
    model: str = ""
    dimensions: int | None = Field(None, ge=1)
    encoding_format: Literal["float", "base64"] | None = None
    user: str | None = None
    prompt_name: str | None = None
    image_url: str | Image | None = None
    input_audio: Audio | None = None
    video_url: str | Video | None = None
    truncate_prompt_tokens: int | None = None
    input_type: str | None = None
    task: str | None = None
    normalize: bool | None = None

    def request(self) -> EmbeddingRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self._refuse()
        inputs = self._inputs()
        if not inputs or not all(inputs):
            raise BadRequest("the input is empty; send at least one text, and no empty one", param="input")
        if len(inputs) > MOST:
            raise BadRequest(f"{len(inputs)} inputs are more than {MOST}; send fewer at a time", param="input")
        asked = EmbeddingRequest(inputs=inputs, model=self.model, dimensions=self.dimensions, prompt=self.prompt_name)
        return asked

    def _inputs(self) -> tuple[Input, ...]:
        said: list[Any] = self.input if isinstance(self.input, list) else [self.input]
        if said and isinstance(said[0], int):
            said = [said]
        inputs: tuple[Input, ...] = tuple(one if isinstance(one, str) else tuple(one) for one in said)
        shown = self._shown()
        if not shown:
            return inputs
        match inputs:
            case (str(text),):
                return (((TextPart(text=text),) if text else ()) + tuple(shown.values()),)
        name = next(iter(shown))
        raise BadRequest(f"{name} goes with one text; send several requests", param=name)

    def _shown(self) -> dict[str, Part]:
        """What makes one vector with the text, by its field."""
        said = {
            "image_url": Image(url=self.image_url) if isinstance(self.image_url, str) else self.image_url,
            "input_audio": self.input_audio,
            "video_url": Video(url=self.video_url) if isinstance(self.video_url, str) else self.video_url,
        }
        return {name: body.part() for name, body in said.items() if body is not None}

    def _refuse(self) -> None:
        refused = {
            "truncate_prompt_tokens": (self.truncate_prompt_tokens, "serve the model with --truncate"),
            "input_type": (self.input_type, "send prompt_name, with the name of one of the model's prompts"),
            "task": (self.task, "send prompt_name, with the name of one of the model's prompts"),
            "normalize": (self.normalize is False or None, "vectors have length 1"),
        }
        for param, (value, advice) in refused.items():
            if value is not None:
                raise BadRequest(f"{param} is not supported; {advice}", param=param)


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("/embeddings")
    async def create_embeddings(body: EmbeddingBody, request: Request) -> Response:
        """Vectors of texts."""
        asked = body.request()
        model = app.pool.find(asked.model)
        vectors = await indexed(app, request, model, "embedding", asked)
        written = _base64 if body.encoding_format == "base64" else _floats
        data = [{"object": "embedding", "index": one.index, "embedding": written(one)} for one in vectors]
        return errors.json_response({"object": "list", "data": data, "model": model.name, "usage": usage(vectors)})


def _floats(vector: Vector) -> Any:
    return vector.values


def _base64(vector: Vector) -> str:
    """The numbers as 32-bit floats, little-endian."""
    return b64encode(struct.pack(f"<{len(vector.values)}f", *vector.values)).decode()
