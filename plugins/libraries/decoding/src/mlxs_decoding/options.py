"""Options of models that are decoded together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from mlxs.options import TextModelOptions


class DecodingOptions(TextModelOptions):
    """What steers how answers are decoded."""

    renamed: ClassVar[Mapping[str, str]] = {
        "batch_completion_size": "decode_concurrency",
        "batch_prefill_size": "prompt_concurrency",
        "batch_prefill_step_size": "prefill_step_size",
        "prompt_cache_max_bytes": "max_bytes",
    }

    decode_concurrency: int = Field(32, ge=1, description="Answers decoded together.")
    prompt_concurrency: int = Field(8, ge=1, description="Prompts read together.")
    prefill_step_size: int = Field(2048, ge=1, description="Tokens of a prompt read between two steps of decoding.")
    prompt_cache_size: int = Field(10, ge=0, description="Conversations whose KV cache is kept; 0 keeps none.")
    max_bytes: int | None = Field(None, ge=0, description="Bytes of those KV caches at most. [no limit]")
