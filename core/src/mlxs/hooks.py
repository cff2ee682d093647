"""The plugin API: implement any of these in the module that your entry point names.

    [project.entry-points."mlxs.v1"]
    acme = "mlxs_acme"

Every hook is optional. An implementation may leave out arguments it does not need.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from .requests import Request
    from .specs import (
        BackendSpec,
        CommandSpec,
        ConverterSpec,
        ModelSpec,
        OptionsSpec,
        ReasoningParserSpec,
        StoreSpec,
        SurfaceSpec,
        ToolParserSpec,
    )

_spec = pluggy.HookspecMarker("mlxs")
hookimpl = pluggy.HookimplMarker("mlxs")


class Hooks:
    """Every hook there is."""

    @_spec
    def mlxs_backends(self) -> Iterable[BackendSpec]:  # type: ignore[empty-body]
        """Offer kinds of models.

        yield BackendSpec(name="echo", target="mlxs_acme.echo:Echo", capabilities=("chat",))
        """

    @_spec
    def mlxs_tool_parsers(self) -> Iterable[ToolParserSpec]:  # type: ignore[empty-body]
        """Offer formats of tool calls.

        yield ToolParserSpec(name="acme", target="mlxs_acme.tools:Acme", marks=("<acme_call>",))
        """

    @_spec
    def mlxs_reasoning_parsers(self) -> Iterable[ReasoningParserSpec]:  # type: ignore[empty-body]
        """Offer formats of thoughts.

        yield ReasoningParserSpec(name="acme", target="mlxs_acme.thoughts:Acme", marks=("<acme_thought>",))
        """

    @_spec
    def mlxs_converters(self) -> Iterable[ConverterSpec]:  # type: ignore[empty-body]
        """Offer ways to fit messages to a chat template.

        yield ConverterSpec(name="acme", target="mlxs_acme.messages:convert")
        """

    @_spec
    def mlxs_surfaces(self) -> Iterable[SurfaceSpec]:  # type: ignore[empty-body]
        """Offer APIs.

        yield SurfaceSpec(name="acme", target="mlxs_acme.api:router", needs=("chat",))
        """

    @_spec
    def mlxs_stores(self) -> Iterable[StoreSpec]:  # type: ignore[empty-body]
        """Offer places where conversations outlive the server.

        yield StoreSpec(name="acme", target="mlxs_acme.store:AcmeStore")
        """

    @_spec
    def mlxs_commands(self) -> Iterable[CommandSpec]:  # type: ignore[empty-body]
        """Offer commands of `mlxs`.

        yield CommandSpec(name="acme", target="mlxs_acme.cli:acme", summary="Do as Acme does.")
        """

    @_spec
    def mlxs_options(self) -> Iterable[OptionsSpec]:  # type: ignore[empty-body]
        """Offer more options for the server.

        yield OptionsSpec(name="acme", target="mlxs_acme.options:AcmeOptions")
        """

    @_spec
    def mlxs_models(self) -> Iterable[ModelSpec]:  # type: ignore[empty-body]
        """Offer models that the plugin brings along.

        yield ModelSpec(name="acme-tiny", target="mlxs_acme:directory", model_type="lm")
        """

    @_spec
    def mlxs_lifespan(self, app: Any) -> AbstractAsyncContextManager[None]:  # type: ignore[empty-body]
        """Wrap the server's life: entered before the first request, left after the last.

        return open_database(app)   # an asynchronous context manager
        """

    @_spec
    def mlxs_request(self, request: Request, model: str) -> Request | None:
        """See a request before the model of that name does; return a changed one, or None.

        return replace(request, template={**request.template, "enable_thinking": False})

        Each implementation sees what the one before it returned. Written as a wrapper it sees the end
        too: the `Finish`, None where the client left, or the error, raised where it waits.

        finish = yield request
        """
