"""Who may look at whom among inputs of several lengths."""

from __future__ import annotations

import numpy as np
import pytest

from mlxs_embed.encoded import Encoded
from mlxs_embed.padding import side_by_side

LENGTHS = (3, 9, 1)
BATCH = side_by_side([Encoded([5] * length, [1] * (length - 1)) for length in LENGTHS], 7)


def test_inputs_are_padded_on_the_right():
    assert np.array(BATCH.ids).tolist() == [[5] * length + [7] * (9 - length) for length in LENGTHS]
    assert np.array(BATCH.types).tolist() == [[1] * (length - 1) + [0] * (10 - length) for length in LENGTHS]
    assert np.array(BATCH.real).sum(1).tolist() == list(LENGTHS)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("window", [None, 2])
def test_tokens_see_real_ones_within_reach_and_always_themselves(causal, window):
    """A row that saw nothing would be NaN on a GPU, and what is NaN anywhere is soon everywhere."""
    seen = np.array(BATCH.seen(causal=causal, window=window))
    assert seen.shape == (3, 1, 9, 9)
    for (number, _, here, there), sees in np.ndenumerate(seen):
        reached = (not causal or there <= here) and (window is None or abs(here - there) <= window)
        assert sees == ((reached and there < LENGTHS[number]) or here == there)
