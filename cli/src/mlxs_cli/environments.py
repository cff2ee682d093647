"""`mlxs plugins install` and `remove`: an environment of its own for a plugin that does not fit beside the others."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from difflib import get_close_matches

import click

from mlxs.catalog import Catalog, known
from mlxs.environments import directory, environments
from mlxs.errors import MlxsError

from .sources import source


@click.command()
@click.argument("name")
@click.option("--from", "given", help="Path, address or requirement to install, in place of the name.")
@click.option("--extra", "extras", multiple=True, help="Extra of the plugin, such as cuda. [where MLX computes here]")
@click.pass_obj
def install(catalog: Catalog, name: str, given: str | None, extras: Sequence[str]) -> None:
    """Make an environment for a backend that does not fit beside the others.

    NAME is a model type, such as whisper, or a distribution, such as mlxs-whisper. From then on the server takes that
    model type from there, unless all it needs is installed beside the server. What pip says is shown.
    """
    from .making import make  # which knows models' options, and is not needed for a list of plugins

    distribution = _distribution(catalog, name, given)
    wanted = source(distribution, given, extras)
    place = directory() / distribution
    click.echo(f"installing {wanted.said}\n      into {place}", err=True)
    made = make(distribution, wanted, place)
    click.echo(f"{made.name} {made.version} serves --model-type {' or '.join(made.offers)}, from {place}")
    for beside in sorted({*made.offers} & {*catalog.backends.names()}):
        click.echo(
            f"{beside} is beside the server, too, and taken from there; --python {made.python} takes it from here"
        )


@click.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove an environment that `mlxs plugins install` made. NAME is as there."""
    there = environments()
    found = [one for one in there if name in (one.name, *one.types)]
    if not found:
        names = ", ".join(one.name for one in there) or "none"
        raise MlxsError(f"there is no environment for {name}; environments: {names}")
    for one in found:
        shutil.rmtree(one.place)
        click.echo(f"removed {one.place}")


def _distribution(catalog: Catalog, name: str, given: str | None) -> str:
    """The distribution that is meant. Raises MlxsError where nobody has heard of it, and nothing says where it is."""
    ours = known("backend")
    if name in ours or name in ours.values() or given:
        return ours.get(name, name)
    if name in catalog.backends:
        return catalog.backends.offer(name).plugin.name
    near = get_close_matches(name, [*ours, *ours.values()], 1)
    hint = f"did you mean {near[0]}? For" if near else "for"
    raise MlxsError(f"mlxs has not heard of a backend {name}; {hint} a distribution of others add --from {name}")
