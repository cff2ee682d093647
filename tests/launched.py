"""`mlxs launch`, as a person runs it: a process of its own, found through its banner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass
class Launched:
    """A server that runs.

    Args:
        url: Where, without a slash at the end.
        banner: What it printed when it was ready.
        process: It.
    """

    url: str
    banner: str
    process: subprocess.Popen[str]


@contextmanager
def launch(
    *arguments: str, python: str | Path = sys.executable, log: IO[str] | None = None, **environment: str
) -> Iterator[Launched]:
    """Run `mlxs launch` on a free port for the length of the block, with the environment of that interpreter.

    Args:
        log: A file for what it says besides its banner.
    """
    command = [str(python), "-m", "mlxs_cli", "launch", "--port", "0", "--log-level", "warning", *arguments]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **environment}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        yield _read(process)
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def _read(process: subprocess.Popen[str]) -> Launched:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("try: curl "):
            found = re.search(r"curl (http://[^/ ]+)", line)
            assert found
            return Launched(found[1], said, process)
    raise AssertionError(f"the server ended with status {process.wait()} and said: {said}")
