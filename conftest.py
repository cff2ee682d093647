"""Tests touch no network, and see nothing of the developer's own settings."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"
for name in [name for name in os.environ if name.startswith("MLXS_")]:
    del os.environ[name]
