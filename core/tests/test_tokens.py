"""A prompt taken apart is the prompt that is sent: hooks, converter and tool choice included."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mlxs.errors import BadRequest
from mlxs.events import Finish
from mlxs.hooks import hookimpl
from mlxs.plugins import Plugins
from mlxs.requests import ChatRequest, Message, ToolChoice
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.tasks.tokens import Tokens, TokensRequest
from mlxs.testing.serving import serving


async def tokens(app: App, prompt: Any) -> Tokens:
    return await pipeline.tokens(app.catalog.plugins, app.pool.find(""), TokensRequest(prompt=prompt))


async def prompt_tokens(app: App, request: ChatRequest) -> int:
    portions = await pipeline.chat(app.catalog.plugins, app.pool.find(""), request)
    (finish,) = [event async for portion in portions for event in portion if isinstance(event, Finish)]
    return finish.usage.prompt_tokens


@hookimpl
def mlxs_request(request: Any, model: str) -> Any:
    if isinstance(request, ChatRequest):
        return replace(request, messages=(Message(role="system", content="Be very kind"), *request.messages))


def test_a_conversation_goes_the_way_of_a_chat() -> None:
    request = ChatRequest(messages=(Message(role="user", content="a b a"),))
    with serving(plugins=Plugins(), extra=[SimpleNamespace(__name__="kind", mlxs_request=mlxs_request)]) as served:
        said = served.run(tokens(served.app, request))
        assert said.text == "Be very kind a b a"
        assert len(said.ids) == served.run(prompt_tokens(served.app, request)) == 6
        assert served.run(tokens(served.app, said.ids)).spellings == ("Be", "very", "kind", "a", "b", "a")
        with pytest.raises(BadRequest, match="there are no tools"):
            served.run(tokens(served.app, replace(request, tool_choice=ToolChoice(mode="required"))))
