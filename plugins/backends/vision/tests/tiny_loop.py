"""A tiny model, loaded, and the loop that drives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlxs.testing.loop import Answer, Loop
from mlxs_vision.backend import MultimodalModel
from mlxs_vision.options import VisionOptions


class Talks(Loop[MultimodalModel]):
    """Asks it for several answers at a time."""

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(MultimodalModel(VisionOptions(model_path=str(path), model_type="multimodal", **options)))

    def run(self, *requests: Any) -> list[Answer]:
        """Answers to requests that begin together, from beginning to end."""
        return self.finish(*map(self.begin, requests))
