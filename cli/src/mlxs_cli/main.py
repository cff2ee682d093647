"""`mlxs`: finds its commands among the plugins, and imports none before it is run."""

from __future__ import annotations

from importlib.metadata import version

import click

import mlxs_cli
from mlxs.catalog import Catalog, CatalogError, load
from mlxs.errors import MlxsError
from mlxs.plugins import Plugins


class Commands(click.Group):
    """The commands that plugins offer."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._catalog(ctx).commands.names()

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        try:
            command = load(self._catalog(ctx).commands.offer(name))
        except CatalogError as error:
            raise click.UsageError(str(error), ctx) from None
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = sorted((spec.name, spec.summary) for spec in self._catalog(ctx).commands)
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MlxsError as error:
            raise click.ClickException(str(error)) from None

    @staticmethod
    def _catalog(ctx: click.Context) -> Catalog:
        if ctx.obj is None:
            plugins = Plugins.from_environment(bare=ctx.params.get("bare", False))
            if all(plugin.entry.value != mlxs_cli.__name__ for plugin in plugins.found):
                plugins.add(mlxs_cli, "mlxs")  # without any plugin there are still the commands of this one
            ctx.obj = Catalog(plugins)
        catalog: Catalog = ctx.obj
        return catalog


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("mlxs"), prog_name="mlxs")
@click.option("--bare", is_flag=True, is_eager=True, help="Load no plugins.")
def main(bare: bool) -> None:
    """Serve MLX models through the APIs your programs speak."""
