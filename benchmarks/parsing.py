"""Microseconds a token for every registered parser, and how the time grows with the length of the answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable

from mlxs.catalog import Catalog
from mlxs.events import merge
from mlxs.parsing import Chain, Parser, walk
from mlxs.parsing.formats import Tagged
from mlxs.plugins import Plugins
from mlxs.requests import Tool

TOOL = Tool(
    name="write_file",
    parameters={"type": "object", "properties": {"path": {"type": "string"}, "text": {"type": "string"}}},
)
PROSE = "Here is what I found: a < b, and 'c' > d.\n"


def seconds(make: type[Parser], text: str) -> float:
    """The best of three readings, four characters a token."""
    tokens = [text[at : at + 4] for at in range(0, len(text), 4)]

    def once() -> float:
        parser = Chain(Tagged(), make((TOOL,)))  # type: ignore[call-arg]
        begin = time.perf_counter()
        for _ in walk(parser, tokens):
            pass
        return time.perf_counter() - begin

    return min(once() for _ in range(3))


def answer(make: type[Parser], size: int) -> str:
    """Prose, then one call with a long argument, as long together as asked for."""
    call = make((TOOL,)).write("write_file", {"path": "a.txt", "text": "word " * (size // 10)})  # type: ignore[attr-defined, call-arg]
    return PROSE * max(1, (size - len(call)) // len(PROSE)) + call


def rows(catalog: Catalog) -> Iterable[tuple[str, float, float]]:
    for spec in catalog.tool_parsers:
        kind = spec.load()
        try:
            short, long = answer(kind, 10_000), answer(kind, 100_000)
        except NotImplementedError:
            continue
        assert list(merge(walk(kind((TOOL,)), [short])))
        quick, slow = seconds(kind, short), seconds(kind, long)
        yield spec.name, 1e6 * slow / (len(long) / 4), slow / quick / (len(long) / len(short))


def main() -> None:
    plugins = Plugins()
    plugins.discover()
    table = sorted(rows(Catalog(plugins)), key=lambda row: row[1])
    print(f"{'parser':<24} {'us/token':>9} {'growth':>7}   (growth: time for 100 k over 10 k characters; 1 is linear)")
    for name, cost, growth in table:
        print(f"{name:<24} {cost:9.2f} {growth:7.2f}")
    costs = [cost for _, cost, _ in table]
    print(f"median {statistics.median(costs):.2f} us/token, worst {table[-1][0]} {costs[-1]:.2f} us/token")


if __name__ == "__main__":
    main()
