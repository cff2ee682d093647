"""A tiny model, made once.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("mflux") else ["test_*.py"]
HERE = str(Path(__file__).parent)

os.environ["MLX_DISABLE_COMPILE"] = "1"  # a compiler takes longer than such small networks
sys.path.append(HERE)  # where the module `tiny` is, in this process and in those that load models
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), HERE]))


@pytest.fixture(scope="session")
def klein(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a tiny FLUX.2 klein."""
    import tiny

    return tiny.save(tmp_path_factory.mktemp("klein") / "model")
