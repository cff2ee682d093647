"""`mlxs parsers`, `mlxs converters` and `mlxs parse`: what there is to read answers with, and what it reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import click

from mlxs.catalog import Catalog, CatalogError, Shelf
from mlxs.errors import MlxsError
from mlxs.events import ParsedEvent
from mlxs.reading import events_of
from mlxs.requests import Tool


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def parsers(catalog: Catalog, as_json: bool) -> None:
    """List the parsers of tool calls and of reasoning, each with an example of what it reads."""
    shelves: tuple[Shelf[Any], ...] = (catalog.tool_parsers, catalog.reasoning_parsers)
    _show(
        [row for shelf in shelves for row in _rows(shelf)], ("kind", "name", "aliases", "summary", "example"), as_json
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def converters(catalog: Catalog, as_json: bool) -> None:
    """List the converters that fit messages to chat templates."""
    _show(list(_rows(catalog.converters)), ("name", "aliases", "summary"), as_json)


@click.command()
@click.option("--parser", "tool_call_parser", help="Tool-call parser.")
@click.option(
    "--reasoning-parser", help="Reasoning parser; where it is not named, that of the tool-call parser's name."
)
@click.option("--tools", type=click.File(), help="JSON file with the list of tools that were offered.")
@click.option("--generation-prompt", help="What the chat template wrote at the beginning of the answer.")
@click.option("--initial-state", type=click.Choice(["reasoning", "content"]), help="In place of that: where it begins.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@click.argument("text", type=click.File(), default="-")
@click.pass_obj
def parse(
    catalog: Catalog,
    tool_call_parser: str | None,
    reasoning_parser: str | None,
    tools: TextIO | None,
    generation_prompt: str | None,
    initial_state: Any,
    as_json: bool,
    text: TextIO,
) -> None:
    """Show the events that an answer comes to, one a line: `mlxs parse --parser qwen3 < answer.txt`."""
    reasoning = catalog.reasoning_parsers
    if reasoning_parser is None and tool_call_parser:
        reasoning_parser = tool_call_parser if _has(reasoning, tool_call_parser) else None
    events = events_of(
        iter(lambda: text.read(64), ""),
        catalog.tool_parsers.load(tool_call_parser) if tool_call_parser else None,
        reasoning.load(reasoning_parser) if reasoning_parser else None,
        tools=_tools(tools),
        generation_prompt=generation_prompt,
        initial_state=initial_state,
    )
    for event in events:
        click.echo(json.dumps(_said(event), ensure_ascii=False) if as_json else repr(event))


def example(shelf: Shelf[Any], name: str) -> str:
    """What a parser reads, as its family writes it."""
    made = shelf.load(name)(EXAMPLE)
    try:
        return str(made.write("get_weather", {"city": "Paris", "days": 2}))
    except (AttributeError, NotImplementedError):
        tags = getattr(made, "tags", None)
        return f"{tags[0]}...{tags[1]}" if tags else ""


_PROPERTIES = {"city": {"type": "string"}, "days": {"type": "integer"}}
EXAMPLE = (Tool(name="get_weather", parameters={"type": "object", "properties": _PROPERTIES}),)


def _rows(shelf: Shelf[Any]) -> Iterator[dict[str, str]]:
    for offer in sorted(shelf.offers, key=lambda offer: offer.spec.name):
        row = {"kind": shelf.title, "name": offer.spec.name, "aliases": ", ".join(offer.spec.aliases)}
        row |= {"summary": offer.spec.summary, "plugin": offer.plugin.name}
        yield row if shelf.kind == "converter" else {**row, "example": _example(shelf, offer.full_name)}


def _example(shelf: Shelf[Any], name: str) -> str:
    try:
        return example(shelf, name)
    except CatalogError as error:
        return f"({error})"


def _show(rows: list[dict[str, str]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold", padding=(0, 2, 1, 0))
    for row in rows:
        table.add_row(*(escape(row[column]) for column in columns))
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


def _has(shelf: Shelf[Any], name: str) -> bool:
    try:
        shelf.offer(name)
    except CatalogError:
        return False
    return True


def _tools(file: TextIO | None) -> list[Tool]:
    if file is None:
        return []
    try:
        said = [each.get("function", each) for each in json.load(file)]
        return [Tool(name=each["name"], parameters=each.get("parameters") or {}) for each in said]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise MlxsError("--tools: the file must hold a JSON list of tools, each with a name and parameters") from None


def _said(event: ParsedEvent) -> dict[str, Any]:
    from dataclasses import asdict

    return {"type": type(event).__name__, **asdict(event)}
