"""What to do about the process of a model that died."""

from __future__ import annotations

from mlxs.advice import advice


def explain(last_words: str) -> str:
    """A sentence of advice on a process whose stderr ended so, or ""."""
    return advice(
        last_words,
        less="serve a smaller or more quantised model, or lower --window",
        shorter="lower --window, or serve a smaller model",
    )
