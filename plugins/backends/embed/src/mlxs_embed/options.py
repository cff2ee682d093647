"""Options of embedding models and rerankers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlxs.options import ModelOptions


class EmbedOptions(ModelOptions):
    """What steers an `embeddings` model."""

    task: Literal["auto", "embedding", "rerank"] = Field(
        "auto", description="What the model was trained for, where its files do not say."
    )
    context_length: int | None = Field(None, ge=1, description="Tokens of an input at most. [the model's]")
    truncate: bool = Field(False, description="Cut inputs that are too long, instead of refusing them.")
    batch_size: int = Field(64, ge=1, description="Inputs read together, of whichever requests.")
    batch_tokens: int = Field(16384, ge=1, description="Tokens read together, padding included.")
    instruction: str = Field(
        "Given a web search query, retrieve relevant passages that answer the query",
        description="What a reranker that can be told is to look for.",
    )
