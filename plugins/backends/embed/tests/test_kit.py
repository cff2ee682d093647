"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

import pytest

from mlxs.tasks.embedding import EmbeddingRequest
from mlxs.tasks.rerank import RerankRequest
from mlxs.testing import BackendKit

WORDS = tuple(f"usage of argument {number}" for number in range(20))


class TestEmbeddings(BackendKit):
    backend = "embeddings"
    requests = {
        "embedding": EmbeddingRequest(inputs=WORDS),
        "rerank": RerankRequest(query="which", documents=WORDS),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, model):
        return {"model_path": str(model("bert")), "batch_size": 4}
