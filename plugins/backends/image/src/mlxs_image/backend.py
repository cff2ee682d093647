"""The `image-generation` and `image-edit` backends: a model that makes pictures."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here

from collections.abc import Iterator

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


class Images(Backend[ImageOptions], ImageModel, ImageEditModel):
    """One model."""

    _family: Family
    _plan: Planner

    def load(self, progress: Progress) -> ModelInfo:
        options = self.options
        chosen = preset(options.config_name, options.model_path, options.model_type)
        self._family = load(chosen, options, progress)
        tokenizer = self._family.model.tokenizers[self._family.prompt_tokenizer]
        self._plan = Planner(chosen, tokenizer, options.max_side)
        self._edits = bool(chosen.references)
        return ModelInfo(concurrency=options.concurrency or TOGETHER, details=details(chosen, self._family))

    def prepare(self, request: ImageRequest) -> Plan:
        return self._plan(request)

    def draw(self, request: Plan) -> Iterator[Step | Picture | None]:
        return self._family.draw(request, anew=True)

    def edit(self, request: Plan) -> Iterator[Step | Picture | None]:
        return self._family.draw(request, anew=self._edits)

    def close(self) -> None:
        mx.clear_streams()  # or the process may abort as it exits
