"""What the plugin offers, and what it imports to say so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mlxs.backends import CAPABILITIES
from mlxs.options import settle
from mlxs.specs import attribute
from mlxs_decoding import advice
from mlxs_text import mlxs_backends
from mlxs_text.options import TextOptions


def test_the_offer_is_true():
    (spec,) = mlxs_backends()
    assert spec.name == "lm" and attribute(spec.options) is TextOptions and attribute(spec.explain) is advice.explain
    assert all(issubclass(spec.load(), CAPABILITIES[name].kind) for name in spec.capabilities)


@pytest.mark.parametrize("module", ["mlxs_text", "mlxs_text.options", "mlxs_decoding.advice"])
def test_nothing_heavy_is_imported_to_make_it(module):
    heavy = ["mlx", "mlx_lm", "transformers", "numpy", "torch", "huggingface_hub"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_keys_of_other_servers_are_understood():
    theirs = {
        "model_path": "m",
        "batch_completion_size": 3,
        "batch_prefill_size": 4,
        "batch_prefill_step_size": 5,
        "prompt_cache_max_bytes": 6,
        "default_temperature": 0.5,
        "max_concurrency": 7,
    }
    options = settle(TextOptions, file=theirs, environment=False)
    assert (options.decode_concurrency, options.prompt_concurrency, options.prefill_step_size) == (3, 4, 5)
    assert (options.max_bytes, options.temperature, options.concurrency) == (6, 0.5, 7)


@pytest.mark.parametrize(
    ("words", "advised"),
    [
        ("libc++abi: [METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPU...)", "lower"),
        ("RuntimeError: [metal::malloc] Attempting to allocate 48736917632 bytes", "The GPU ran out of memory"),
        ("Caused GPU Timeout Error (00000002:kIOGPUCommandBufferCallbackErrorTimeout)", "--prefill-step-size"),
        ("ImportError: libmlx.so: cannot open shared object file", "mlx[cpu]"),
        ("RuntimeError: [metal_kernel] No Metal back-end.", "Metal only"),
        ("ValueError: [metal::set_wired_limit] Setting a wired limit larger than", "sudo sysctl iogpu.wired_limit_mb"),
        ("terminate called after throwing an instance of 'std::bad_alloc'", "The machine ran out of memory"),
        ("was ended by SIGKILL", "Unless somebody ended it"),
        ("all is well", ""),
        ("", ""),
    ],
)
def test_last_words_are_turned_into_advice(words, advised):
    said = advice.explain(words)
    assert advised in said and bool(advised) == bool(said)
