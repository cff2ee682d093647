"""`mlxs launch` as a user starts it: a process of its own, known by what it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL = re.compile(r"at (http://\S+)")


@contextmanager
def launched(*arguments: str, log: Path, python: str | Path = sys.executable) -> Iterator[str]:
    """Serve on a free port for the length of the block.

    Args:
        arguments: Of `mlxs launch`.
        log: File that stderr goes to.
        python: Interpreter of the environment to serve with.

    Yields the server's address.
    """
    command = [str(python), "-m", "mlxs_cli", "launch", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": ""}
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := URL.search(line):
                yield found[1]
                return
        raise AssertionError(f"the server ended before it served:\n{log.read_text()}")
    finally:
        process.terminate()
        process.communicate(timeout=60)
