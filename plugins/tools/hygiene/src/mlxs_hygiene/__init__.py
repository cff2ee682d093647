"""Agents' prompts without what changes from request to request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from mlxs.hooks import hookimpl
from mlxs.specs import OptionsSpec, attribute


@hookimpl
def mlxs_options() -> Iterator[OptionsSpec]:
    yield OptionsSpec(name="hygiene", target="mlxs_hygiene.options:HygieneOptions")


@hookimpl
def mlxs_lifespan(app: Any) -> AbstractAsyncContextManager[None]:
    """Look at requests for as long as this server runs, where its options want that."""

    @asynccontextmanager
    async def looking() -> AsyncIterator[None]:
        options = app.options.get("hygiene")
        if options is None or options.prompt_hygiene:
            app.catalog.plugins.add(attribute("mlxs_hygiene.hook:Hygiene")(), "prompt-hygiene")
        yield

    return looking()
