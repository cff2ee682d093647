"""What comes out of a network's batches as it does alone, found out by trying: networks do not say."""

from __future__ import annotations

from collections.abc import Sequence

import mlx.core as mx

from mlxs_decoding.prompt_cache import Cache

from .language import Language
from .shift import Shift

CLOSE = 0.02
"""How far logits of the same answer, alone and in a batch, may differ, as a share of their spread."""
NOTHING: Sequence[list[int]] = ([], [])
BEGUN: Sequence[list[int]] = ([1, 2, 3, 4, 5], [3, 1])
MORE: Sequence[list[int]] = ([4, 2], [1, 5, 2, 3])
NEXT = 2
SHIFTS = (0, -1)


def decodes(language: Language) -> bool:
    """Whether answers to prompts of different lengths do."""
    return _alike(language, BEGUN, NOTHING)


def reads(language: Language) -> bool:
    """Whether prompts of different lengths do, from their beginnings and from where their caches end."""
    return all(_alike(language, begun, MORE) for begun in (NOTHING, BEGUN))


def _alike(language: Language, begun: Sequence[list[int]], more: Sequence[list[int]]) -> bool:
    """Whether a batch goes on as its answers do alone.

    Args:
        begun: What each has been fed before they come together.
        more: What they are fed then.
    """
    try:
        alone, caches = [], []
        for fed, rest, shift in zip(begun, more, SHIFTS, strict=True):
            alone.append(_feed(language, [fed, rest, [NEXT]], _empty(language, shift)))
            caches.append(_empty(language, shift))
            _feed(language, [fed], caches[-1])
        merged = [layers[0].merge(list(layers)) for layers in zip(*caches, strict=True)]
        if any(more):
            _read(language, more, merged)
        said, expected = language(mx.array([[NEXT]] * len(caches)), merged)[:, -1], mx.concatenate(alone)
        spread = mx.abs(expected - expected.mean(axis=-1, keepdims=True)).max()
        return bool(mx.abs(said - expected).max() <= CLOSE * spread)
    except Exception:  # what a network cannot do, it says in as many ways as there are
        return False


def _feed(language: Language, parts: Sequence[list[int]], cache: Cache) -> mx.array:
    """The logits after the last of some parts of a text; as in a batch, each is fed by itself."""
    logits = [language(mx.array([part]), cache)[:, -1] for part in parts if part]
    return logits[-1] if logits else mx.zeros(())


def _read(language: Language, prompts: Sequence[list[int]], cache: Cache) -> None:
    """Read prompts as mlx-lm does, which puts padding after them."""
    longest = max(map(len, prompts))
    padding = [longest - len(prompt) for prompt in prompts]
    for layer in cache:
        layer.prepare(lengths=[*map(len, prompts)], right_padding=padding)
    language(mx.array([[*prompt, *[0] * more] for prompt, more in zip(prompts, padding, strict=True)]), cache)
    for layer in cache:
        layer.finalize()


def _empty(language: Language, shift: int) -> Cache:
    cache = language.make_cache()
    cache[-1] = Shift(shift)
    return cache
