"""Writes docs/parsers.md from what is installed: `python docs/generate.py`. A test says when it is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlxs.catalog import Catalog, Shelf, engines
from mlxs.plugins import Plugins
from mlxs_cli.parsing import EXAMPLE, example

PAGE = Path(__file__).with_name("parsers.md")

HEAD = """# Parsers

How models write tool calls and thoughts, by the name that `--tool-call-parser` and `--reasoning-parser` take. Without
these flags the parser is chosen by what the checkpoint declares, else by marks in its chat template, else by a few
calls rendered through that template; the banner of `mlxs launch` and `GET /v1/models/{id}/parser` say which, and why.
`mlxs parse --parser NAME < answer.txt` shows what a parser makes of a text.

This page is generated: `python docs/generate.py`.
"""


def page(catalog: Catalog) -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Tool calls",
        table(
            ("name", "other names", "what and for which models", "cannot say", "demands", "as written"), calls(catalog)
        ),
        "A call of `get_weather` with a string and an integer, as the family writes it. *Cannot say*: strings that an "
        "argument cannot hold. *Demands*: whether `tool_choice` can demand a call.",
        "## Thoughts",
        table(("name", "other names", "what and for which models", "tags"), thoughts(catalog)),
        "## Converters",
        "How messages are fitted to a chat template; chosen with the tool-call parser, or by `--message-converter`.",
        table(("name", "other names", "what it does"), converters(catalog)),
        "## Names of other engines",
        "`vllm:NAME`, `sglang:NAME`, `mlx-lm:NAME` and `mlx-openai-server:NAME` mean what the name means there. These "
        "mean something else than here, or nothing here; all others mean the same.",
        table(("there", "kind", "here"), others()),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def calls(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for name, aliases, summary in offers(catalog.tool_parsers):
        parser = catalog.tool_parsers.load(name)(EXAMPLE)
        unsayable = " ".join(map(code, parser.unsayable))
        demands = "yes" if parser.grammar() is not None else "no"
        yield name, aliases, summary, unsayable, demands, code(example(catalog.tool_parsers, name))


def thoughts(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for name, aliases, summary in offers(catalog.reasoning_parsers):
        tags = catalog.reasoning_parsers.load(name)().tags
        yield name, aliases, summary, " ".join(map(code, tags or ()))


def converters(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    yield from offers(catalog.converters)


def others() -> Iterator[tuple[str, ...]]:
    for engine, kinds in engines().items():
        for kind, names in kinds.items():
            yield from ((f"`{engine}:{theirs}`", kind.replace("_", " "), f"`{ours}`") for theirs, ours in names.items())


def offers(shelf: Shelf[Any]) -> Iterator[tuple[str, str, str]]:
    for spec in sorted(shelf, key=lambda spec: spec.name):
        yield spec.name, ", ".join(spec.aliases), spec.summary


def table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def code(text: str) -> str:
    """Text as code in a cell of a table, on one line."""
    shown = text.replace("\n", "\\n").replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    return f"{fence} {shown} {fence}" if "`" in shown else f"{fence}{shown}{fence}"


if __name__ == "__main__":
    plugins = Plugins()
    plugins.discover()
    PAGE.write_text(page(Catalog(plugins)))
