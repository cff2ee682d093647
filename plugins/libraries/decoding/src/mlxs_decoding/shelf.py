"""KV caches on disk, where they outlive the process: one safetensors file each, written by mlx-lm.

A directory holds the caches of any number of models, each in a folder named after a fingerprint of
everything that a cache depends on, so that no model is ever given another's.
"""

from __future__ import annotations

import json
import logging
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import load_prompt_cache, save_prompt_cache
from numpy.typing import NDArray

from mlxs.errors import MlxsError

log = logging.getLogger(__name__)

FINISHED, UNFINISHED = ".kv.safetensors", ".part.safetensors"


def fingerprint(directories: Iterable[Path], *settings: object) -> str:
    """A name for a model as it is now: its configuration, its weight files' sizes and times, and settings."""
    facts: list[object] = [*settings]
    for directory in directories:
        facts += [file.read_text() for file in sorted(directory.glob("*config.json"))]
        stats = [(file.name, file.stat()) for file in sorted(directory.glob("*.safetensors"))]
        facts += [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return sha256(repr(facts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Shelved:
    """What is known of a cache before it is read; `nbytes` as it takes in memory."""

    tokens: NDArray[np.int32]
    trimmable: bool
    nbytes: int
    file: Path = Path()


class Shelf:
    """The files of one model. Reading never fails: a file that cannot be read is dropped with a warning."""

    def __init__(self, directory: Path, model: str) -> None:
        self._directory = directory.expanduser() / model
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MlxsError(f"--prompt-cache-dir: {directory} cannot be written to ({error.strerror})") from None

    def contents(self) -> Iterator[Shelved]:
        """What is there, the one used last at the end."""
        for unfinished in self._directory.glob(f"*{UNFINISHED}"):
            self.drop(unfinished)
        files = {file: file.stat().st_mtime_ns for file in self._directory.glob(f"*{FINISHED}")}
        for file in sorted(files, key=files.__getitem__):
            try:
                said = json.loads(_metadata(file)["0.mlxs"])
                tokens = np.array(said["tokens"], np.int32)
                yield Shelved(tokens, bool(said["trimmable"]), int(said["nbytes"]), file)
            except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
                self._spoiled(file, error)

    def take(self, file: Path) -> list[Any] | None:
        """The cache in a file, which stays; None where it cannot be read."""
        try:
            cache: list[Any] = load_prompt_cache(str(file))
            mx.eval([layer.state for layer in cache])
            file.touch()
        except Exception as error:  # whatever a damaged file makes of itself
            self._spoiled(file, error)
            return None
        return cache

    def put(self, what: Shelved, cache: list[Any]) -> Path | None:
        """Write a cache; None where that fails, which costs no more than the cache."""
        said = {"tokens": what.tokens.tolist(), "trimmable": what.trimmable, "nbytes": what.nbytes}
        file = self._directory / f"{uuid4().hex}{FINISHED}"
        unfinished = file.with_name(file.name.removesuffix(FINISHED) + UNFINISHED)
        try:
            save_prompt_cache(str(unfinished), cache, {"mlxs": json.dumps(said)})
            unfinished.rename(file)
        except (OSError, RuntimeError, ValueError) as error:
            log.warning("a prompt cache could not be written to %s: %s", self._directory, error)
            unfinished.unlink(missing_ok=True)
            return None
        return file

    def drop(self, file: Path) -> None:
        """Delete a file."""
        file.unlink(missing_ok=True)

    def _spoiled(self, file: Path, error: Exception) -> None:
        log.warning("the prompt cache %s cannot be read and is dropped: %s", file, error)
        self.drop(file)


def _metadata(file: Path) -> Any:
    """A safetensors file's metadata: after 8 bytes that hold its length comes a JSON header."""
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        if length > file.stat().st_size:
            raise ValueError("its header is cut off")
        return json.loads(opened.read(length))["__metadata__"]
