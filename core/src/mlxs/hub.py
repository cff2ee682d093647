"""Where a model's files are: a directory, the Hugging Face cache, or the hub, in that order.

Needs `mlxs-core[hub]`, and imports it when a model is first looked for.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from .backends import Progress
from .errors import MlxsError

FILES = ("*.json", "model*.safetensors", "*.py", "*.model", "*.tiktoken", "*.txt", "*.jsonl", "*.jinja")
"""What of a repository is wanted: patterns, in which `*` stands for slashes too."""


def find(name: str, progress: Progress, *, files: Sequence[str] = FILES, weights: str = "model*.safetensors") -> Path:
    """The directory of a model, downloaded where it is nowhere else.

    Args:
        name: A directory, or a Hugging Face repository such as `mlx-community/Qwen3-0.6B-4bit`.
        progress: Told of the bytes that have come.
        files: What of a repository to download.
        weights: The files without which it is no model: a glob pattern.

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
    return _cached(name, files, weights) or _download(name, progress, files)


def glance(name: str) -> Path:
    """A directory that holds a model's JSON files at least, and so tells of what kind it is.

    Of a repository that is not in the cache no more than these are downloaded. Raises MlxsError as `find`.
    """
    directory = Path(name).expanduser()
    if directory.exists() or not _is_repository(name):
        return find(name, lambda *_: None)
    cached = _snapshot(name, ("*.json",))
    told = cached is not None and any((cached / file).exists() for file in ("config.json", "model_index.json"))
    return cached if cached and told else _download(name, lambda *_: None, ("*.json",))


def _is_repository(name: str) -> bool:
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return "/" in name


def _cached(repository: str, files: Sequence[str], weights: str) -> Path | None:
    """A snapshot that is all there; asks nobody."""
    snapshot = _snapshot(repository, files)
    return snapshot if snapshot and _whole(snapshot, weights) else None


def _snapshot(repository: str, files: Sequence[str]) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, allow_patterns=list(files), local_files_only=True))
    except (LocalEntryNotFoundError, IncompleteSnapshotError):
        return None


def _whole(snapshot: Path, weights: str) -> bool:
    """Whether it has its weights: other programs fetch a tokenizer alone."""
    indices = list(snapshot.glob(str(PurePath(weights).with_name("*.safetensors.index.json"))))
    shards = [index.parent / file for index in indices for file in json.loads(index.read_text())["weight_map"].values()]
    return all(shard.exists() for shard in shards) if shards else any(snapshot.glob(weights))


def _download(repository: str, progress: Progress, files: Sequence[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        IncompleteSnapshotError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        return Path(snapshot_download(repository, allow_patterns=list(files), tqdm_class=_bar(repository, progress)))
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


def _bar(repository: str, progress: Progress) -> type[Any]:
    """A progress bar that shows nothing, and says how many bytes there are: of several, the one that is furthest."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    bars: list[Any] = []

    class Bar(tqdm):  # type: ignore[misc]
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

    return Bar
