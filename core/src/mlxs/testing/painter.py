"""A backend whose pictures are what it was asked, as JSON: for tests of everything but models.

A prompt with `!` in it is refused, and one with `?` fails after the first step. Its own number of steps is 4.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict

import orjson

from ..backends import Backend, ModelInfo, Progress
from ..errors import BadRequest, ModelFailed
from ..hooks import hookimpl
from ..options import FetchingOptions
from ..specs import BackendSpec
from ..tasks.image import ImageEditModel, ImageEditRequest, ImageModel, ImageRequest, Picture, Step

STEPS = 4


class Painter(Backend[FetchingOptions], ImageModel, ImageEditModel):
    """Draws what it is asked, and nothing of what that says."""

    def load(self, progress: Progress) -> ModelInfo:
        return ModelInfo()

    def draw(self, request: ImageRequest) -> Iterator[Step | Picture | None]:
        if "!" in request.prompt:
            raise BadRequest("painters do not shout", param="prompt")
        data = b64encode(orjson.dumps(asdict(request))).decode()
        width, height = request.width or 64, request.height or 32
        tokens = len(request.prompt.split())
        seen = len(request.images) if isinstance(request, ImageEditRequest) else 0
        steps = request.steps or round(STEPS * request.effort)
        for step in range(steps):
            yield Step(step, steps)
            if "?" in request.prompt:
                raise ModelFailed("it cannot be drawn")
            if step < request.previews:
                yield Picture(data, request.format, width, height, request.seed or 7, step)
        yield Step(steps, steps)
        yield Picture(data, request.format, width, height, request.seed or 7, tokens=tokens, seen=seen)

    def edit(self, request: ImageEditRequest) -> Iterator[Step | Picture | None]:
        return self.draw(request)


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="painter",
        target="mlxs.testing.painter:Painter",
        options="mlxs.options:FetchingOptions",
        capabilities=("image", "image-edit"),
        summary="Draws what it is asked; for tests.",
    )
