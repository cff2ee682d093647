"""`mlxs plugins`: what is installed, what it offers, what is broken and why."""

from __future__ import annotations

import json
from typing import Any

import click

from mlxs.catalog import Catalog, missing_modules
from mlxs.environments import Environment, environments

from .environments import install, remove


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def plugins(context: click.Context, as_json: bool) -> None:
    """List plugins: distribution, version, what it offers, what is broken and why."""
    if context.invoked_subcommand is not None:
        return
    catalog: Catalog = context.obj
    rows = [*(_row(catalog, plugin) for plugin in catalog.plugins.found), *map(_elsewhere, environments())]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("plugin", "version", "offers", "trouble", box=None, header_style="bold")
    for row in rows:
        offers = [f"{kind}: {', '.join(names)}" for kind, names in row["offers"].items()]
        if row["environment"]:
            offers.append(f"in {row['environment']}")
        table.add_row(
            row["distribution"],
            row["version"],
            "\n".join(offers),
            "\n".join(row["trouble"]),
            style="" if not row["trouble"] else "red",
        )
    Console(highlight=False).print(table)


plugins.add_command(install)
plugins.add_command(remove)


def _row(catalog: Catalog, plugin: Any) -> dict[str, Any]:
    offers: dict[str, list[str]] = {}
    trouble = [plugin.trouble] if plugin.trouble else []
    for shelf in catalog.shelves:
        for offer in shelf.offers:
            if offer.plugin is not plugin:
                continue
            offers.setdefault(shelf.title, []).append(offer.spec.name)
            if missing := missing_modules(offer.spec):
                trouble.append(
                    f"{offer.spec.name} needs {', '.join(missing)}: {offer.spec.install or 'pip install it'}"
                )
    return {
        "distribution": plugin.name,
        "version": plugin.version,
        "offers": offers,
        "trouble": trouble,
        "environment": None,
    }


def _elsewhere(environment: Environment) -> dict[str, Any]:
    return {
        "distribution": environment.name,
        "version": environment.version,
        "offers": {"model type": list(environment.offers)},
        "trouble": [environment.trouble] if environment.trouble else [],
        "environment": str(environment.place),
    }
