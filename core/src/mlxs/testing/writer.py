"""A process that saves to a store and says so: `python -m mlxs.testing.writer STORE DIRECTORY NAME COUNT`.

Prints the number of each save once it has returned, and ends when it is told to, or killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ..catalog import Catalog
from ..plugins import Plugins
from ..stores import Record


async def write(store: str, directory: str, name: str, count: int) -> None:
    """Save `count` records with a part each, all of one shelf that other processes add to too."""
    plugins = Plugins()
    plugins.discover()
    opened = Catalog(plugins).stores.load(store)(Path(directory))
    await opened.open()
    await opened.save(Record(kind="shelf", id="all", data={"name": "all"}))
    for number in range(count):
        whole = Record(kind="whole", id=f"{name}-{number}", data={"number": number}, parent=("shelf", "all"))
        part = Record(kind="part", id=whole.id, data={"text": "word " * 200}, parent=("whole", whole.id))
        await opened.save(whole, part)
        print(number, flush=True)
    await opened.close()


if __name__ == "__main__":
    _, STORE, DIRECTORY, NAME, COUNT = sys.argv
    asyncio.run(write(STORE, DIRECTORY, NAME, int(COUNT)))
