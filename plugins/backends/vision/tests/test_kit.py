"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

import pytest

from mlxs.requests import ChatRequest, CompletionRequest, ImagePart, Message, SamplingParams, TextPart
from mlxs.tasks.embedding import EmbeddingRequest
from mlxs.tasks.tokens import TokensRequest
from mlxs.testing import BackendKit

RED = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
LONG = SamplingParams(temperature=0.0, max_tokens=60)
SHOWN = (TextPart(text="what is it?"), ImagePart(url=f"data:image/png;base64,{RED}"))


class TestMultimodal(BackendKit):
    backend = "multimodal"
    requests = {
        "chat": ChatRequest(messages=(Message(role="user", content=SHOWN),), sampling=LONG),
        "completion": CompletionRequest(prompt="def f(", sampling=LONG),
        "tokens": TokensRequest(prompt=ChatRequest(messages=(Message(role="user", content=SHOWN),))),
        "embedding": EmbeddingRequest(inputs=(*(f"def f{number}(" for number in range(20)), SHOWN)),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, model):
        return {"model_path": str(model())}
