"""What to do about a model's process that died, from what it said last: for `BackendSpec.explain`.

A Metal command that fails ends the process, so its stderr is all there is to read:
https://github.com/ml-explore/mlx/pull/479.
"""

from __future__ import annotations

SIGNS = {
    "MLX cannot be imported: pip install 'mlx[cpu]', or 'mlx[cuda13]' for an NVIDIA GPU.": (
        "libmlx.so",
        "No module named 'mlx",
    ),
    "This model computes on Metal only, which this machine does not have.": ("No Metal back-end", "No Metal device"),
    "One step kept the GPU busy for too long; {shorter}.": ("kIOGPUCommandBufferCallbackErrorTimeout",),
    "The model needs more memory than macOS lets the GPU have: raise that with `sudo sysctl"
    " iogpu.wired_limit_mb=MEGABYTES`, or {less}.": (
        "wired limit",
        "max_recommended_working_set_size",
    ),
    "The GPU ran out of memory: {less}.": (
        "kIOGPUCommandBufferCallbackErrorOutOfMemory",
        "Insufficient Memory",
        "[metal::malloc]",
        "cudaMalloc",
    ),
    "The machine ran out of memory: {less}.": (
        "std::bad_alloc",
        "MemoryError",
        "Cannot allocate memory",
        "Out of memory",
    ),
    "Unless somebody ended it, the machine was short of memory: {less}.": ("SIGKILL",),
}
"""Each piece of advice, with the strings that call for it; of two that fit, the first is given."""


def advice(last_words: str, *, less: str, shorter: str) -> str:
    """A sentence of advice on a process whose stderr ended so, or "".

    Args:
        less: What makes a model of this kind need less memory.
        shorter: What makes its steps shorter.
    """
    for said, signs in SIGNS.items():
        if any(sign in last_words for sign in signs):
            return said.format(less=less, shorter=shorter)
    return ""
