"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

import pytest

from mlxs.requests import ChatRequest, CompletionRequest, Message, SamplingParams
from mlxs.tasks.embedding import EmbeddingRequest
from mlxs.tasks.tokens import TokensRequest
from mlxs.testing import BackendKit

LONG = SamplingParams(temperature=0.0, max_tokens=200)


class TestLanguageModel(BackendKit):
    backend = "lm"
    requests = {
        "chat": ChatRequest(messages=(Message(role="user", content="hi"),), sampling=LONG),
        "completion": CompletionRequest(prompt="def f(", sampling=LONG),
        "tokens": TokensRequest(prompt="def f("),
        "embedding": EmbeddingRequest(inputs=tuple(f"def f{number}(" for number in range(200))),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, model):
        return {"model_path": str(model())}


class TestSequential(TestLanguageModel):
    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, model):
        return {"model_path": str(model()), "kv_bits": 8, "kv_group_size": 32}
