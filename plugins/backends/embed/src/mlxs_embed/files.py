"""What a checkpoint's JSON files say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mlxs.errors import MlxsError


def read(file: Path, kind: type[Any]) -> Any:
    """A file's content; None where there is no such file. Raises MlxsError where it says something else."""
    try:
        said = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise MlxsError(f"{file} cannot be read as JSON: {error}") from None
    if not isinstance(said, kind):
        raise MlxsError(f"{file} holds no JSON {'object' if kind is dict else 'list'}")
    return said
