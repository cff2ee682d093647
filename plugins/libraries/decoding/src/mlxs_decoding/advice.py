"""What to do about the process of a model that decodes, and died."""

from __future__ import annotations

from mlxs.advice import advice

LESS = (
    "serve a smaller or more quantised model, or lower --decode-concurrency, --prompt-cache-size, --prefill-step-size "
    "or --context-length"
)


def explain(last_words: str) -> str:
    """A sentence of advice on a process whose stderr ended so, or ""."""
    return advice(last_words, less=LESS, shorter="lower --prefill-step-size")
