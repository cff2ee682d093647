"""The server by itself: routes, errors, keys, limits, the road from request to events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request

from mlxs.errors import BadRequest
from mlxs.events import Begin, Event, Finish, ReasoningDelta, TextDelta, Usage, merge
from mlxs.hooks import hookimpl
from mlxs.plugins import Plugins
from mlxs.requests import ChatRequest, Message
from mlxs.server import pipeline
from mlxs.server.app import App
from mlxs.server.assemble import create
from mlxs.server.disconnect import unless_gone
from mlxs.specs import SurfaceSpec
from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving


def chat(text: object) -> ChatRequest:
    return ChatRequest(messages=(Message(role="user", content=str(text)),))


async def events(app: App, request: ChatRequest) -> list[Event]:
    model = app.pool.find(request.model)
    portions = await pipeline.chat(app.catalog.plugins, model, request)
    return list(merge([event async for portion in portions for event in portion]))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(plugins=Plugins()) as served:
        yield served


def test_health_and_version(served: Served) -> None:
    health = httpx.get(served.url + "/health")
    assert health.status_code == 200
    assert health.json()["models"] == [{"id": "scripted", "state": "ready", "type": "scripted"}]
    assert httpx.get(served.url + "/version").json() == {"version": served.app.version}


def test_the_root_says_what_answers(served: Served) -> None:
    assert httpx.head(served.url).status_code == 200
    assert httpx.get(served.url).json()["name"] == "mlxs"


def test_every_reply_has_a_number(served: Served) -> None:
    for path in ("/health", "/nowhere"):
        assert httpx.get(served.url + path).headers["x-request-id"]
    assert httpx.get(served.url + "/health", headers={"x-request-id": "mine"}).headers["x-request-id"] == "mine"


def test_nothing_there_says_what_is(served: Served) -> None:
    answer = httpx.get(served.url + "/nowhere")
    assert answer.status_code == 404
    assert "/openapi.json" in answer.json()["error"]["message"]


def test_events_and_usage(served: Served) -> None:
    said = served.run(events(served.app, chat("a b")))
    begin = Begin(Usage(prompt_tokens=2))
    assert said == [begin, TextDelta("a b "), Finish("stop", Usage(prompt_tokens=2, completion_tokens=2))]


def test_the_generation_prompt_is_not_part_of_the_answer(served: Served) -> None:
    script = Script(say=["x"], generation_prompt="<|im_start|>assistant\n<tool")
    assert served.run(events(served.app, chat(script)))[1:-1] == [TextDelta("x")]


def test_tokens_of_thoughts_are_counted() -> None:
    model = {"reasoning_parser": "think"}
    with serving({"m": model}, plugins=Plugins(), extra=[_think()]) as served:
        script = Script(say=["<think>", "a", "b</think>", "c"], pause=0.1)
        said = served.run(events(served.app, chat(script)))
    assert said[1:-1] == [ReasoningDelta("ab"), TextDelta("c")]
    assert isinstance(said[-1], Finish)
    assert (said[-1].usage.completion_tokens, said[-1].usage.reasoning_tokens) == (4, 2)


@pytest.mark.parametrize(
    "sampling",
    [
        {"temperature": -1},
        {"min_p": 5},
        {"top_p": 1.5},
        {"top_k": -2},
        {"max_tokens": 0},
        {"top_logprobs": 21},
        {"stop": ("",)},
        {"repetition_penalty": 0},
        {"temperature": float("nan")},
    ],
)
def test_senseless_sampling_is_refused(served: Served, sampling: dict[str, Any]) -> None:
    request = chat("x")
    request = replace(request, sampling=replace(request.sampling, **sampling))
    with pytest.raises(BadRequest) as refused:
        served.run(events(served.app, request))
    assert refused.value.param == next(iter(sampling))


def test_key() -> None:
    with serving(plugins=Plugins(), api_key="secret") as served:
        assert httpx.get(served.url + "/health").status_code == 200
        assert httpx.get(served.url + "/openapi.json").status_code == 401
        for header in ({"authorization": "Bearer secret"}, {"x-api-key": "secret"}, {"api-key": "secret"}):
            assert httpx.get(served.url + "/openapi.json", headers=header).status_code == 200
        assert httpx.get(served.url + "/openapi.json", headers={"x-api-key": "Secret"}).status_code == 401


def test_requests_are_bounded_and_queued() -> None:
    options = {"works_on": 1, "queue_size": 1}
    with serving({"m": options}, plugins=Plugins()) as served, ThreadPoolExecutor(3) as threads:
        slow = chat(Script(say=["a"] * 20, pause=0.02))
        outcomes = [threads.submit(served.run, events(served.app, slow)) for _ in range(3)]
        failures = [outcome.exception() for outcome in outcomes]
        assert sorted(getattr(failure, "status", 200) for failure in failures) == [200, 200, 429]


def test_on_demand_is_loaded_at_the_first_request_and_unloaded_when_idle() -> None:
    options = {"on_demand": True, "on_demand_idle_timeout": 0.3}
    with serving({"m": options}, plugins=Plugins()) as served:
        model = served.app.pool.find("m")
        assert model.state == "asleep"
        assert httpx.get(served.url + "/health").status_code == 200
        assert served.run(events(served.app, chat("hi")))[1] == TextDelta("hi ")
        deadline = time.monotonic() + 20
        while model.state != "asleep":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert served.run(events(served.app, chat("hi")))[1] == TextDelta("hi ")


def test_hooks_see_requests_and_the_servers_life() -> None:
    seen: list[str] = []

    @hookimpl
    def mlxs_request(request: ChatRequest, model: str) -> ChatRequest:
        seen.append(model)
        return chat(request.messages[-1].text.upper())

    @hookimpl
    def mlxs_lifespan(app: App) -> Any:
        @asynccontextmanager
        async def life() -> AsyncIterator[None]:
            seen.append("begin")
            yield
            seen.append("end")

        return life()

    module = SimpleNamespace(__name__="watcher", mlxs_request=mlxs_request, mlxs_lifespan=mlxs_lifespan)
    with serving({"m": {}}, plugins=Plugins(), extra=[module]) as served:
        assert served.run(events(served.app, chat("hi")))[1] == TextDelta("HI ")
    assert seen == ["begin", "m", "end"]


def test_a_surface_is_mounted_where_a_model_can_serve_it(caplog: pytest.LogCaptureFixture) -> None:
    with serving({"m": {}}, plugins=Plugins(), extra=[_surfaces()]) as served:
        assert httpx.get(served.url + "/spoken").status_code == 200
        assert httpx.get(served.url + "/painted").status_code == 404
    assert "acme-broken is left out" in caplog.text


def _surfaces() -> Any:
    @hookimpl
    def mlxs_surfaces() -> Iterator[SurfaceSpec]:
        yield SurfaceSpec(name="acme-chat", target=f"{__name__}:spoken", needs=("chat",))
        yield SurfaceSpec(name="acme-image", target=f"{__name__}:painted", needs=("image",))
        yield SurfaceSpec(name="acme-broken", target="no_such_module:x")

    return SimpleNamespace(__name__="surfaces", mlxs_surfaces=mlxs_surfaces)


def spoken(app: App) -> APIRouter:
    router = APIRouter()
    router.add_api_route("/spoken", lambda: "yes")

    @router.post("/slow")
    async def slow(request: Request) -> None:
        await request.body()
        await unless_gone(request, asyncio.sleep(3600))

    return router


def test_who_leaves_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    came = [{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return came.pop(0)

    async def send(message: Any) -> None: ...

    with serving(plugins=Plugins(), extra=[_surfaces()]) as served:
        scope = {"type": "http", "method": "POST", "path": "/slow", "query_string": b"", "headers": []}
        served.run(create(served.app)(scope, receive, send))  # type: ignore[arg-type]
    assert not came
    assert "a request failed" not in caplog.text


def painted(app: App) -> APIRouter:
    raise AssertionError("nobody can paint here")


def _think() -> Any:
    from mlxs.specs import ReasoningParserSpec

    @hookimpl
    def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
        yield ReasoningParserSpec(name="think", target="mlxs.parsing.formats:Tagged")

    return SimpleNamespace(__name__="think", mlxs_reasoning_parsers=mlxs_reasoning_parsers)


def test_side_by_side_ends_all_at_the_first_error() -> None:
    closed: list[int] = []

    async def stream(number: int, fail: bool) -> AsyncIterator[Any]:
        try:
            for _ in range(3):
                yield [TextDelta(str(number))]
                await asyncio.sleep(0)
            if fail:
                raise BadRequest("no")
            await asyncio.sleep(60)
        finally:
            closed.append(number)

    async def main() -> None:
        with pytest.raises(BadRequest):
            async for _ in pipeline.side_by_side([stream(0, False), stream(1, True)]):  # type: ignore[list-item]
                pass

    asyncio.run(main())
    assert sorted(closed) == [0, 1]


def test_a_model_that_somebody_waits_for_is_not_idle() -> None:
    async def idle_while_loading(model: Any) -> tuple[bool, bool]:
        loading = asyncio.create_task(model.load())
        await asyncio.sleep(0)
        while_loading = model.idle
        await loading
        return while_loading, model.idle

    with serving({"m": {"on_demand": True, "load_seconds": 0.2}}, plugins=Plugins()) as served:
        (model,) = served.app.pool
        assert served.run(idle_while_loading(model)) == (False, True)
