"""Options of models that make and change pictures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlxs.options import FetchingOptions


class ImageOptions(FetchingOptions):
    """What steers an `image-generation` or `image-edit` model."""

    config_name: str | None = Field(None, description="Which architecture it is, such as flux-schnell. [by its path]")
    quantize: Literal[4, 8, 16] | None = Field(None, description="Bits of a weight; 16 is as they are. [as they are]")
    lora_paths: list[str] = Field([], description="LoRA files, or Hugging Face repositories of them.")
    lora_scales: list[float] = Field([], description="How much each LoRA counts. [1.0 each]")
    max_side: int = Field(2048, ge=16, description="Pixels of a picture's longer side at most.")
