"""Options of language models."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from mlxs_decoding.options import DecodingOptions


class TextOptions(DecodingOptions):
    """What steers an `lm`."""

    adapter_path: Path | None = Field(None, description="Directory of LoRA adapters to apply.")
    prompt_cache_dir: Path | None = Field(None, description="Directory where they outlive the process, as many again.")
    kv_bits: Literal[2, 4, 8] | None = Field(None, description="Bits of a number in the KV cache. [the model's own]")
    kv_group_size: Literal[32, 64, 128] = Field(64, description="Numbers that share a scale, with --kv-bits.")
    quantized_kv_start: int = Field(0, ge=0, description="Tokens of a context before --kv-bits takes hold.")
    draft_model_path: str | None = Field(None, description="Smaller model whose guesses this one only checks.")
    num_draft_tokens: int = Field(2, ge=1, description="Tokens guessed at a time, with --draft-model-path.")
