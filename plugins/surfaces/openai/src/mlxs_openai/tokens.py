"""Text to tokens and back, as vLLM and llama.cpp spell it, and what a chat request becomes.

https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#tokenizer-api
https://github.com/ggml-org/llama.cpp/tree/master/tools/server#post-tokenize-tokenize-a-given-text
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.requests import ChatRequest
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.tokens import Tokens, TokensRequest

from .body import ChatBody
from .messages import Body, MessageBody


class TokenizeBody(ChatBody):
    """vLLM's `prompt`, llama.cpp's `content`, or a chat request.

    Args of the class:
        add_special_tokens: Whether a text gets what the model begins texts with; vLLM's default is yes.
        add_special: The same in llama.cpp's words, whose default is no.
        with_pieces: Whether `content`'s tokens come with their text.
    """

    messages: list[MessageBody] = Field(default_factory=list)
    prompt: str | None = None
    content: str | None = None
    add_special_tokens: bool | None = None
    add_special: bool | None = None
    return_token_strs: bool | None = None
    with_pieces: bool | None = None
    add_generation_prompt: bool | None = None

    def asked(self) -> TokensRequest:
        """What is to be taken apart. Raises BadRequest unless exactly one thing is."""
        text = self.prompt if self.content is None else self.content
        if (self.prompt is None) + (self.content is None) + (not self.messages) != 2:
            raise BadRequest("send one of prompt, content and messages", param="prompt")
        if self.add_generation_prompt is False:
            message = "add_generation_prompt: false is not supported; a prompt ends where its answer begins"
            raise BadRequest(message, param="add_generation_prompt")
        default = self.content is None if self.add_special is None else self.add_special
        beginning = default if self.add_special_tokens is None else self.add_special_tokens
        prompt: str | ChatRequest = self.request() if text is None else text
        return TokensRequest(prompt=prompt, model=self.model, beginning=beginning)


class DetokenizeBody(Body):
    tokens: list[int]
    model: str = ""


def mount(router: APIRouter, app: App) -> None:
    """Add the routes that both OpenAI's prefix and none have."""

    async def apart(http: Request, request: TokensRequest) -> Tokens:
        model = app.pool.find(request.model)
        return await unless_gone(http, pipeline.tokens(app.catalog.plugins, model, request))

    @router.post("/tokenize")
    async def tokenize(body: TokenizeBody, request: Request) -> dict[str, Any]:
        """The tokens of a text, or of a conversation as the model is sent it."""
        said = await apart(request, body.asked())
        if body.content is not None:
            pieces = [{"id": id, "piece": piece} for id, piece in zip(said.ids, said.spellings, strict=True)]
            return {"tokens": pieces if body.with_pieces else said.ids}
        info = app.pool.find(body.model).info
        return {
            "count": len(said.ids),
            "max_model_len": info.context_length if info else None,
            "tokens": said.ids,
            "token_strs": said.spellings if body.return_token_strs else None,
        }

    @router.post("/detokenize")
    async def detokenize(body: DetokenizeBody, request: Request) -> dict[str, Any]:
        """What tokens say; as `prompt` for vLLM's clients, as `content` for llama.cpp's."""
        said = await apart(request, TokensRequest(prompt=tuple(body.tokens), model=body.model))
        return {"prompt": said.text, "content": said.text}

    @router.post("/apply-template")
    async def apply_template(body: ChatBody, request: Request) -> dict[str, Any]:
        """The prompt that a chat request becomes."""
        asked = body.request()
        return {"prompt": (await apart(request, TokensRequest(prompt=asked, model=asked.model))).text}

    @router.post("/render")
    async def render(body: ChatBody, request: Request) -> dict[str, Any]:
        """The prompt that a chat request becomes, and its tokens, without an answer."""
        asked = body.request()
        said = await apart(request, TokensRequest(prompt=asked, model=asked.model))
        return {
            "model": app.pool.find(asked.model).name,
            "prompt": said.text,
            "token_ids": said.ids,
            "token_strs": said.spellings,
            "count": len(said.ids),
        }
