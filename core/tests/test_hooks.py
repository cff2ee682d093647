"""What comes through each hook has its effect."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from mlxs.catalog import Catalog
from mlxs.choice import by_marks, converter
from mlxs.errors import ModelFailed, RequestError
from mlxs.events import Finish
from mlxs.hooks import hookimpl
from mlxs.options import Options
from mlxs.plugins import Plugins
from mlxs.requests import ChatRequest, Message
from mlxs.server import pipeline
from mlxs.server.watch import Watch
from mlxs.specs import (
    BackendSpec,
    CommandSpec,
    ConverterSpec,
    ModelSpec,
    OptionsSpec,
    ReasoningParserSpec,
    Spec,
    StoreSpec,
    SurfaceSpec,
    ToolParserSpec,
    attribute,
)
from mlxs.stores import Record, Store
from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving

HELLO = ChatRequest(messages=(Message(role="user", content="Hello"),))


def plugin(hook: str, implementation: Any) -> ModuleType:
    """A plugin of one hook."""
    module = ModuleType(hook.replace("mlxs", "acme"))
    implementation.__name__ = hook
    setattr(module, hook, hookimpl(implementation))
    return module


def offering(*specs: Spec) -> Any:
    return lambda: iter(specs)


def catalog(*modules: ModuleType) -> Catalog:
    plugins = Plugins(only=())
    for module in modules:
        assert plugins.add(module, module.__name__).trouble == ""
    return Catalog(plugins)


def test_mlxs_backends() -> None:
    spec = BackendSpec(name="acme", target="mlxs.testing.scripted:Scripted", capabilities=("chat",))
    assert catalog(plugin("mlxs_backends", offering(spec))).backends.load("acme").__name__ == "Scripted"


def test_mlxs_tool_parsers() -> None:
    short = ToolParserSpec(name="short", target="nowhere:It", marks=("<call>", "<never>"))
    long = ToolParserSpec(name="long", target="nowhere:It", marks=("<call>\n<name>",))
    here = catalog(plugin("mlxs_tool_parsers", offering(short, long)))
    assert by_marks(here.tool_parsers, "auto", "say <call>\n<name> to call").name == "long"
    assert by_marks(here.tool_parsers, "auto", "say <call> to call").name == "short"
    assert by_marks(here.tool_parsers, "auto", "just talk").name == "none"
    assert by_marks(here.tool_parsers, "short", "say <call>\n<name> to call").name == "short"


def test_mlxs_reasoning_parsers() -> None:
    spec = ReasoningParserSpec(name="acme", target="nowhere:It", marks=("<thought>",))
    here = catalog(plugin("mlxs_reasoning_parsers", offering(spec)))
    assert by_marks(here.reasoning_parsers, "auto", "think in <thought>").name == "acme"


def test_mlxs_converters() -> None:
    spec = ConverterSpec(name="acme", target="nowhere:it")
    here = catalog(plugin("mlxs_converters", offering(spec)))
    parser = ToolParserSpec(name="acme", target="nowhere:It", converter="acme")
    assert converter(here.converters, "auto", parser).name == "acme"
    assert converter(here.converters, "auto", replace(parser, converter=None)).name == "none"


def router(app: Any) -> APIRouter:
    routes = APIRouter()
    routes.add_api_route("/acme", lambda: [model.name for model in app.pool])
    return routes


def test_mlxs_surfaces() -> None:
    always = SurfaceSpec(name="acme", target=f"{__name__}:router", needs=("chat",))
    never = SurfaceSpec(name="never", target="nowhere:router", needs=("embedding",))
    with serving(plugins=Plugins(only=()), extra=[plugin("mlxs_surfaces", offering(always, never))]) as served:
        assert httpx.get(f"{served.url}/acme").json() == ["scripted"]


class AcmeStore(Store):
    """Tells what is done to it."""

    told: list[str] = []

    async def open(self) -> None:
        self.told.append(f"opened in {self.directory.name}")

    async def close(self) -> None:
        self.told.append("closed")

    async def save(self, *records: Record) -> None: ...

    async def find(self, kind: str, id: str) -> Record | None:
        return None

    async def children(self, parent: tuple[str, str], **asked: Any) -> list[Record]:
        return []

    async def renew(self, kind: str, id: str, expires: float) -> bool:
        return False

    async def delete(self, kind: str, id: str) -> bool:
        return False

    async def expire(self, now: float, archive: Any = None) -> int:
        return 0


def test_mlxs_stores(tmp_path: Path) -> None:
    spec = StoreSpec(name="acme", target=f"{__name__}:AcmeStore")
    module = plugin("mlxs_stores", offering(spec))
    with serving(plugins=Plugins(only=()), extra=[module], state_store="acme", state_dir=tmp_path / "here") as served:
        assert type(served.app.store).__name__ == "AcmeStore"
        assert attribute(spec.target).told == ["opened in here"]
    assert attribute(spec.target).told == ["opened in here", "closed"]
    assert served.app.store is None


def test_mlxs_commands() -> None:
    spec = CommandSpec(name="acme", target="nowhere:acme", summary="Do as Acme does.")
    assert list(catalog(plugin("mlxs_commands", offering(spec))).commands) == [spec]


class AcmeOptions(Options):
    speed: int = 1


def test_mlxs_options() -> None:
    spec = OptionsSpec(name="acme", target=f"{__name__}:AcmeOptions")
    assert catalog(plugin("mlxs_options", offering(spec))).options.load("acme") is AcmeOptions


def directory() -> Path:
    return Path("acme-tiny")


def test_mlxs_models() -> None:
    spec = ModelSpec(name="acme-tiny", target=f"{__name__}:directory")
    assert catalog(plugin("mlxs_models", offering(spec))).models.find("acme-tiny").path() == directory()


def test_mlxs_lifespan() -> None:
    told: list[str] = []

    def lifespan(app: Any) -> Any:
        @asynccontextmanager
        async def open() -> Any:
            told.append(f"opened for {', '.join(model.name for model in app.pool)}")
            yield
            told.append("closed")

        return open()

    with serving(plugins=Plugins(only=()), extra=[plugin("mlxs_lifespan", lifespan)], wait=False):
        assert told == ["opened for scripted"]
    assert told == ["opened for scripted", "closed"]


def test_mlxs_request() -> None:
    def first(request: ChatRequest, model: str) -> ChatRequest:
        return replace(request, template={"model": model})

    def silent(request: ChatRequest) -> None: ...

    def last(request: ChatRequest) -> ChatRequest:
        return replace(request, template={**request.template, "last": True})

    plugins = Plugins(only=())
    for name, implementation in {"last": last, "silent": silent, "first": first}.items():
        assert plugins.add(plugin("mlxs_request", implementation), name).trouble == ""
    changed = Watch(plugins, HELLO, "acme").request
    assert changed.template == {"model": "acme", "last": True}
    assert changed.messages == HELLO.messages


def test_mlxs_request_as_a_wrapper_sees_the_end() -> None:
    told: list[Any] = []

    def watcher(request: ChatRequest) -> Any:
        try:
            told.append((yield replace(request, template={"seen": True})))
        except RequestError as error:
            told.append(error.message)
            raise

    module = ModuleType("acme")
    module.mlxs_request = hookimpl(wrapper=True)(watcher)  # type: ignore[attr-defined]
    watcher.__name__ = "mlxs_request"

    async def ask(served: Served, text: object) -> None:
        asked = ChatRequest(messages=(Message(role="user", content=str(text)),))
        plugins, (model,) = served.app.catalog.plugins, served.app.pool
        async for _ in await pipeline.chat(plugins, model, asked):
            pass

    with serving(plugins=Plugins(only=()), extra=[module]) as served:
        served.run(ask(served, "Hello"))
        for script in (Script(refuse="not this"), Script(say=["a"], raise_at=0)):
            with pytest.raises(RequestError):
                served.run(ask(served, script))
    assert isinstance(told[0], Finish)
    assert told[1] == "not this"
    assert "the script says so" in told[2]


def test_a_hook_that_fails_fails_by_itself() -> None:
    def broken(request: ChatRequest) -> None:
        raise ValueError("no idea")

    def lifespan(app: Any) -> Any:
        raise ValueError("no database")

    modules = [plugin("mlxs_request", broken), plugin("mlxs_lifespan", lifespan)]
    with serving(plugins=Plugins(only=()), extra=modules) as served:
        answer = httpx.get(served.url + "/health")
        assert answer.status_code == 200
        with pytest.raises(ModelFailed, match="the plugin .* failed on this request: no idea"):
            served.run(pipeline.chat(served.app.catalog.plugins, next(iter(served.app.pool)), HELLO))
    troubles = [found.trouble for found in served.app.catalog.plugins.found]
    assert "mlxs_lifespan failed: ValueError: no database" in troubles
    assert "mlxs_request failed: ValueError: no idea" in troubles


@pytest.mark.parametrize("hook", ["mlxs_lifespan", "mlxs_request"])
def test_a_hook_may_leave_out_what_it_does_not_need(hook: str) -> None:
    assert catalog(plugin(hook, lambda: None))
