"""`mlxs launch`: finds out what kind of model is meant, and then has that backend's options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlxs.catalog import Catalog
from mlxs.options import ModelOptions, ServerOptions

from .configuration import chosen, configure, plugin_options
from .flags import options_of, typed
from .serve import serve


class Launch(click.Command):
    """A command whose flags are the options of the server and of the kind of model asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        assert parent is not None, "launch is a command of mlxs"
        catalog: Catalog = parent.obj
        _, of_model = chosen(catalog, said_of_model(args))
        options = list(options_of(of_model))
        options += options_of(ServerOptions)
        for kind in plugin_options(catalog).values():
            options += options_of(kind)
        self.params = [*self.params[:FIXED], *{option.name: option for option in options}.values()]
        return super().make_context(info_name, args, parent, **extra)


def said_of_model(args: list[str]) -> dict[str, Any]:
    """The options of every model that the arguments name, whatever else they name."""
    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    every = click.Command("launch", params=list(options_of(ModelOptions)), context_settings=settings)
    return every.make_context("launch", list(args), resilient_parsing=True).params


@click.command(cls=Launch, short_help="Serve a model over HTTP.")
@click.option(
    "--config", type=click.Path(path_type=Path), help="YAML file with server: and models:, for several models."
)
@click.option("--debug", is_flag=True, help="The same as --log-level debug.")
@click.option("--no-log-file", is_flag=True, help="Log to the terminal only, whatever else says otherwise.")
@click.pass_obj
def launch(catalog: Catalog, config: Path | None, debug: bool, no_log_file: bool, **values: Any) -> None:
    """Serve a model over HTTP. Without --model-path: the small demo model that is built in."""
    flags = typed(values, values)
    if debug:
        flags["log_level"] = "debug"
    if no_log_file:
        flags["log_file"] = None
    serve(catalog, configure(catalog, flags, config))


FIXED = len(launch.params)
