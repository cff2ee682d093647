"""`POST /v1/rerank` and `POST /v1/score`: how well documents answer a query.

https://jina.ai/reranker, https://docs.cohere.com/reference/rerank, and
https://docs.vllm.ai/en/latest/models/pooling_models/scoring.html. Fields that would change the
scores and cannot be honoured are refused.
"""

from __future__ import annotations

import time
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.server import errors
from mlxs.server.app import App
from mlxs.tasks.rerank import RerankRequest

from .messages import Body
from .results import indexed, usage

MOST = 10_000
"""Documents of one request, as at Cohere."""


class Document(Body):
    text: str


class Weighed(Body):
    """What both endpoints' clients may send and cannot have."""

    model: str = ""
    user: str | None = None
    truncate_prompt_tokens: int | None = None
    max_tokens_per_doc: int | None = None
    max_chunks_per_doc: int | None = None
    rank_fields: list[str] | None = None

    def refuse(self) -> None:
        """Raise BadRequest where one of them was sent."""
        for param in ("truncate_prompt_tokens", "max_tokens_per_doc", "max_chunks_per_doc"):
            if getattr(self, param) is not None:
                raise BadRequest(f"{param} is not supported; serve the model with --truncate", param=param)
        if self.rank_fields is not None:
            raise BadRequest("rank_fields is not supported; send each document as one text", param="rank_fields")


class RerankBody(Weighed):
    """A request to order documents."""

    query: str
    documents: list[str | Document]
    top_n: int | None = Field(None, ge=1)
    return_documents: bool | None = None

    def request(self) -> RerankRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self.refuse()
        texts = tuple(said if isinstance(said, str) else said.text for said in self.documents)
        return _checked(RerankRequest(query=self.query, documents=texts, model=self.model), "query", "documents")


class ScoreBody(Weighed):
    """A request to weigh one text against another, one against many, or pairs."""

    text_1: str | list[str]
    text_2: str | list[str]

    def request(self) -> RerankRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self.refuse()
        queries = [self.text_1] if isinstance(self.text_1, str) else self.text_1
        documents = [self.text_2] if isinstance(self.text_2, str) else self.text_2
        if len(queries) not in (1, len(documents)):
            raise BadRequest(
                f"text_1 has {len(queries)} texts and text_2 {len(documents)}; send one in text_1, or as many as in "
                "text_2",
                param="text_1",
            )
        query = queries[0] if len(queries) == 1 else tuple(queries)
        return _checked(RerankRequest(query=query, documents=tuple(documents), model=self.model), "text_1", "text_2")


def mount(router: APIRouter, app: App) -> None:
    """Add the routes that both OpenAI's prefix and none have."""

    @router.post("/rerank")
    async def rerank(body: RerankBody, request: Request) -> Response:
        """The documents that answer the query best, best first."""
        asked = body.request()
        model = app.pool.find(asked.model)
        scores = await indexed(app, request, model, "rerank", asked)
        best = sorted(scores, key=lambda score: -score.value)[: body.top_n]
        results: list[dict[str, Any]] = [{"index": one.index, "relevance_score": one.value} for one in best]
        if body.return_documents:
            results = [{**one, "document": {"text": asked.documents[one["index"]]}} for one in results]
        said = {"id": f"rerank-{token_hex(12)}", "model": model.name, "results": results, "usage": usage(scores)}
        return errors.json_response(said)

    @router.post("/score")
    async def score(body: ScoreBody, request: Request) -> Response:
        """A score for each text of `text_2`."""
        asked = body.request()
        model = app.pool.find(asked.model)
        scores = await indexed(app, request, model, "rerank", asked)
        said = {
            "id": f"score-{token_hex(12)}",
            "object": "list",
            "created": int(time.time()),
            "model": model.name,
            "data": [{"index": one.index, "object": "score", "score": one.value} for one in scores],
            "usage": usage(scores),
        }
        return errors.json_response(said)


def _checked(request: RerankRequest, query: str, documents: str) -> RerankRequest:
    queries = (request.query,) if isinstance(request.query, str) else request.query
    if not all(queries):
        raise BadRequest(f"{query} is empty; send what is looked for", param=query)
    if not request.documents:
        raise BadRequest(f"{documents} is empty; send at least one", param=documents)
    if len(request.documents) > MOST:
        raise BadRequest(f"{len(request.documents)} texts are more than {MOST}; send fewer at a time", param=documents)
    return request
