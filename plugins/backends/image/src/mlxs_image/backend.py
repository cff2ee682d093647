"""The `image-generation` and `image-edit` backends."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator
from typing import ClassVar

import mlx.core as mx

from mlxs.backends import Backend, ModelInfo, Progress
from mlxs.tasks.image import ImageEditModel, ImageModel, ImageRequest, Picture, Step

from .denoising import Family
from .loading import details, load
from .options import ImageOptions
from .plan import Plan, Planner
from .presets import preset

TOGETHER = 2
"""Pictures worked on side by side, so that a quick one need not wait for a slow one's end."""


class ImageEdit(Backend[ImageOptions], ImageEditModel):
    """A model that looks at pictures as it draws."""

    model_type: ClassVar = "image-edit"
    _family: Family
    _plan: Planner

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        chosen = preset(options.config_name, options.model_path, self.model_type)
        self._family = load(chosen, options, progress)
        tokenizer = self._family.model.tokenizers[self._family.prompt_tokenizer]
        self._plan = Planner(chosen, tokenizer, options.max_side)
        return ModelInfo(concurrency=options.concurrency or TOGETHER, details=details(chosen, self._family))

    def prepare(self, request: ImageRequest) -> Plan:
        return self._plan(request)

    def edit(self, request: Plan) -> Iterator[Step | Picture | None]:
        return self._family.draw(request)

    def close(self) -> None:
        mx.clear_streams()  # or the process may abort as it exits


class ImageGeneration(ImageEdit, ImageModel):
    """A model that draws what words say, from noise or from a picture with noise."""

    model_type: ClassVar = "image-generation"

    def draw(self, request: Plan) -> Iterator[Step | Picture | None]:
        return self._family.draw(request)
