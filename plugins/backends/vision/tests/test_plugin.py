"""What the plugin offers, and what it imports to say so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mlxs.backends import CAPABILITIES
from mlxs.options import FetchingOptions, settle
from mlxs.specs import attribute
from mlxs_vision import mlxs_backends
from mlxs_vision.options import VisionOptions


def test_the_offer_is_true():
    (spec,) = mlxs_backends()
    assert spec.name == "multimodal" and spec.aliases == ("vlm",) and attribute(spec.options) is VisionOptions
    assert attribute(spec.explain)("[metal::malloc] out of memory")
    assert all(issubclass(spec.load(), CAPABILITIES[name].kind) for name in spec.capabilities)


@pytest.mark.parametrize("module", ["mlxs_vision", "mlxs_vision.options"])
def test_nothing_heavy_is_imported_to_make_it(module):
    heavy = ["mlx", "mlx_lm", "mlx_vlm", "transformers", "numpy", "PIL", "av", "huggingface_hub"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_options_of_language_models_and_of_fetching_are_understood():
    said = {"model_path": "m", "batch_completion_size": 3, "default_top_p": 0.5, "allow_private_urls": True}
    options = settle(VisionOptions, file=said, environment=False)
    assert isinstance(options, FetchingOptions) and options.allow_private_urls
    assert (options.decode_concurrency, options.top_p) == (3, 0.5)
