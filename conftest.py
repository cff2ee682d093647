"""Tests touch no network, and see nothing of the developer's own settings."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
for name in [name for name in os.environ if name.startswith("MLXS_")]:
    del os.environ[name]
_state = tempfile.TemporaryDirectory()  # of all servers that tests launch
os.environ["MLXS_STATE_DIR"] = _state.name
os.environ["MLXS_ENVIRONMENTS"] = os.path.join(_state.name, "environments")

# The same examples on every run: a red test is a change's doing. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("house", max_examples=50, derandomize=True)
settings.register_profile("explore", max_examples=1000)
settings.load_profile("house")
