"""`mlxs models`: what a running server has, what plugins bring along, what has been downloaded."""

from __future__ import annotations

import json
from typing import Any

import click

from mlxs.catalog import Catalog

from .client import DEFAULT_URL, Server


@click.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="Server to ask.")
@click.option("--api-key", envvar="MLXS_API_KEY", help="Its key.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def models(catalog: Catalog, url: str, api_key: str | None, as_json: bool) -> None:
    """List the models at hand, and where they are."""
    rows = [
        *(
            {"name": model["id"], "where": f"served at {url}", "details": _window(model)}
            for model in Server(url, api_key).models()
        ),
        *({"name": spec.name, "where": "built in", "details": spec.summary} for spec in catalog.models),
        *_downloaded(),
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "where", "details", box=None, header_style="bold")
    for row in rows:
        table.add_row(row["name"], row["where"], row["details"])
    Console(highlight=False).print(table)


def _window(model: dict[str, Any]) -> str:
    window = model.get("context_window")
    return f"{model.get('model_type', '')}, {model.get('state', '')}" + (f", context {window}" if window else "")


def _downloaded() -> list[dict[str, str]]:
    """Repositories in the Hugging Face cache that hold a model's weights."""
    try:
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound
    except ImportError:
        return []
    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return []
    return [
        {"name": repository.repo_id, "where": "downloaded", "details": repository.size_on_disk_str}
        for repository in sorted(repositories, key=lambda repository: repository.repo_id)
        if repository.repo_type == "model"
    ]
