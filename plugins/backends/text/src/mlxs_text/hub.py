"""Where a model's files are: a directory, the Hugging Face cache, or the hub, in that order."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    IncompleteSnapshotError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import validate_repo_id
from mlx_lm.utils import DEFAULT_ALLOW_PATTERNS
from tqdm import tqdm  # type: ignore[import-untyped]

from mlxs.backends import Progress
from mlxs.errors import MlxsError


def find(name: str, progress: Progress) -> Path:
    """The directory of a model, downloaded where it is nowhere else.

    Args:
        name: A directory, or a Hugging Face repository such as `mlx-community/Qwen3-0.6B-4bit`.
        progress: Told of the bytes that have come.

    Raises MlxsError where there is no such thing, or it cannot be had.
    """
    directory = Path(name).expanduser()
    if directory.is_dir():
        return directory
    if directory.exists():
        raise MlxsError(f"{name} is a file; name the directory that it lies in")
    if not _is_repository(name):
        example = "a Hugging Face repository such as mlx-community/Qwen3-0.6B-4bit"
        raise MlxsError(f"there is no directory {name}; name one, or {example}")
    return _cached(name) or _download(name, progress)


def _is_repository(name: str) -> bool:
    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return "/" in name


def _cached(repository: str) -> Path | None:
    """A snapshot that is all there; asks nobody."""
    try:
        snapshot = Path(snapshot_download(repository, allow_patterns=DEFAULT_ALLOW_PATTERNS, local_files_only=True))
    except (LocalEntryNotFoundError, IncompleteSnapshotError):
        return None
    return snapshot if _whole(snapshot) else None


def _whole(snapshot: Path) -> bool:
    """Whether it has its weights: other programs fetch a tokenizer alone."""
    index = snapshot / "model.safetensors.index.json"
    if not index.exists():
        return any(snapshot.glob("model*.safetensors"))
    return all((snapshot / file).exists() for file in json.loads(index.read_text())["weight_map"].values())


def _download(repository: str, progress: Progress) -> Path:
    bars: list[Any] = []

    class Bar(tqdm):  # type: ignore[misc]
        """Shows nothing, and says how many bytes there are: of several bars, the one that is furthest."""

        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **{**settings, "file": io.StringIO(), "disable": False})
            if self.unit == "B":
                bars.append(self)

        def update(self, n: float | None = 1) -> None:
            with self.get_lock():  # files come in several threads
                super().update(n)
                if bars:
                    furthest = max(bars, key=lambda bar: bar.n)
                    progress(f"downloading {repository}", furthest.n, furthest.total or None)

    try:
        return Path(snapshot_download(repository, allow_patterns=DEFAULT_ALLOW_PATTERNS, tqdm_class=Bar))
    except GatedRepoError:
        raise MlxsError(f"{repository} asks for consent: give it on its page, then run `hf auth login`") from None
    except RepositoryNotFoundError:
        hint = "check the spelling, or run `hf auth login` if it is private"
        raise MlxsError(f"Hugging Face has no repository {repository}, nor is there a directory; {hint}") from None
    except (LocalEntryNotFoundError, IncompleteSnapshotError) as error:
        hint = "it cannot be downloaded; go online, unset HF_HUB_OFFLINE, or name a directory"
        raise MlxsError(f"{repository} is not (wholly) in the Hugging Face cache, and {hint}") from error
    except (HfHubHTTPError, OSError) as error:
        raise MlxsError(f"{repository} could not be downloaded: {error}") from error
