"""What to do about a model's process that died, from what it said last.

A Metal command that fails ends the process, so its stderr is all there is to read:
https://github.com/ml-explore/mlx/pull/479.
"""

from __future__ import annotations

LESS = (
    "serve a smaller or more quantised model, or lower --decode-concurrency, --prompt-cache-size, --prefill-step-size "
    "or --context-length"
)
ADVICE = {
    "MLX cannot be imported: pip install 'mlx[cpu]', or 'mlx[cuda13]' for an NVIDIA GPU.": (
        "libmlx.so",
        "No module named 'mlx",
    ),
    "This model computes on Metal only, which this machine does not have.": ("No Metal back-end", "No Metal device"),
    "One step kept the GPU busy for too long; lower --prefill-step-size.": ("kIOGPUCommandBufferCallbackErrorTimeout",),
    f"The model needs more memory than macOS lets the GPU have: raise that with `mlxs doctor --fix`, or {LESS}.": (
        "wired limit",
        "max_recommended_working_set_size",
    ),
    f"The GPU ran out of memory: {LESS}.": (
        "kIOGPUCommandBufferCallbackErrorOutOfMemory",
        "Insufficient Memory",
        "[metal::malloc]",
        "cudaMalloc",
    ),
    f"The machine ran out of memory: {LESS}.": (
        "std::bad_alloc",
        "MemoryError",
        "Cannot allocate memory",
        "Out of memory",
    ),
    f"Unless somebody ended it, the machine was short of memory: {LESS}.": ("SIGKILL",),
}
"""Each piece of advice, with the strings that call for it; of two that fit, the first is given."""


def explain(last_words: str) -> str:
    """A sentence of advice on a process whose stderr ended so, or ""."""
    return next((advice for advice, signs in ADVICE.items() if any(sign in last_words for sign in signs)), "")
