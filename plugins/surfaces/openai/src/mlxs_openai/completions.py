"""`POST /v1/completions`: text, or token ids, to go on with.

https://platform.openai.com/docs/api-reference/completions/create. Where max_tokens is not sent, the
model's own default holds, as for a chat, and not OpenAI's 16. Several prompts make as many answers,
`n` each, numbered prompt by prompt.
"""

from __future__ import annotations

import time
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.models import Model
from mlxs.requests import CompletionRequest
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.tokens import TokensRequest

from .completion_writer import CompletionWriter, fold
from .reply import begun, reply, seed
from .sampling import SamplingBody

MOST = 128
"""Answers to one request."""

Prompt = str | tuple[int, ...]


class CompletionBody(SamplingBody):
    """A request for a completion."""

    prompt: str | list[str] | list[int] | list[list[int]]
    echo: bool | None = None
    best_of: int | None = None
    logprobs: int | None = Field(None, ge=0, le=5)
    suffix: str | None = None

    def prompts(self) -> list[Prompt]:
        """The prompts, one at least. Raises BadRequest where one is empty."""
        said = self.prompt if isinstance(self.prompt, list) else [self.prompt]
        prompts = [_prompt(self.prompt)] if said and isinstance(said[0], int) else [_prompt(one) for one in said]
        if not prompts or not all(prompts):
            raise BadRequest("the prompt is empty; send at least one token", param="prompt")
        return prompts

    def requests(self) -> list[CompletionRequest]:
        """What it means, a request an answer. Raises BadRequest where that is nothing we can do."""
        prompts, n = self.prompts(), self.n or 1
        if self.suffix:
            raise BadRequest("suffix is not supported: a text can only be gone on with", param="suffix")
        if self.best_of not in (None, n):
            raise BadRequest(f"best_of is only supported where it equals n, which is {n}", param="best_of")
        if self.echo and self.logprobs is not None:
            raise BadRequest("echo with logprobs is not supported: a prompt's tokens are not weighed", param="logprobs")
        if len(prompts) * n > MOST:
            raise BadRequest(f"{len(prompts)} prompts with n={n} are more than {MOST} answers; send fewer", param="n")
        sampling = self.sampling(logprobs=self.logprobs is not None, top_logprobs=self.logprobs or 0)
        asked = CompletionRequest(prompt="", model=self.model, constraint=self.format())
        seeds = [replace(sampling, seed=seed(sampling, number)) for number in range(n)]
        return [replace(asked, prompt=prompt, sampling=sampling) for prompt in prompts for sampling in seeds]


def mount(router: APIRouter, app: App) -> None:
    """Add the route."""

    @router.post("/completions")
    async def create_completion(body: CompletionBody, request: Request) -> Response:
        """Go on with a text."""
        asked = body.requests()
        model = app.pool.find(body.model)

        async def answer(number: int) -> pipeline.Events:
            return await pipeline.complete(app.catalog.plugins, model, asked[number])

        prompts, n = body.prompts(), body.n or 1
        echoed = [await _text(app, model, prompt) for prompt in prompts for _ in range(n)] if body.echo else []
        answers = await unless_gone(request, begun(answer, len(asked)))
        return await reply(request, body, answers, CompletionWriter(model.name, int(time.time()), n, echoed), fold)


def _prompt(said: object) -> Prompt:
    return said if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


async def _text(app: App, model: Model, prompt: Prompt) -> str:
    if isinstance(prompt, str):
        return prompt
    return (await pipeline.tokens(app.catalog.plugins, model, TokensRequest(prompt=prompt))).text
