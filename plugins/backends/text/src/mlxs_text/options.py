"""Options of language models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from mlxs.options import TextModelOptions


class TextOptions(TextModelOptions):
    """What steers an `lm`."""

    renamed: ClassVar[Mapping[str, str]] = {
        "batch_completion_size": "decode_concurrency",
        "batch_prefill_size": "prompt_concurrency",
        "batch_prefill_step_size": "prefill_step_size",
        "prompt_cache_max_bytes": "max_bytes",
    }

    adapter_path: Path | None = Field(None, description="Directory of LoRA adapters to apply.")
    decode_concurrency: int = Field(32, ge=1, description="Answers decoded together.")
    prompt_concurrency: int = Field(8, ge=1, description="Prompts read together.")
    prefill_step_size: int = Field(2048, ge=1, description="Tokens of a prompt read between two steps of decoding.")
    prompt_cache_size: int = Field(10, ge=0, description="Conversations whose KV cache is kept; 0 keeps none.")
    max_bytes: int | None = Field(None, ge=0, description="Bytes of those KV caches at most. [no limit]")
    prompt_cache_dir: Path | None = Field(None, description="Directory where they outlive the process, as many again.")
    kv_bits: Literal[2, 4, 8] | None = Field(None, description="Bits of a number in the KV cache. [the model's own]")
    kv_group_size: Literal[32, 64, 128] = Field(64, description="Numbers that share a scale, with --kv-bits.")
    quantized_kv_start: int = Field(0, ge=0, description="Tokens of a context before --kv-bits takes hold.")
    draft_model_path: str | None = Field(None, description="Smaller model whose guesses this one only checks.")
    num_draft_tokens: int = Field(2, ge=1, description="Tokens guessed at a time, with --draft-model-path.")
