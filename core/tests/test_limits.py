"""What may be asked of any model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlxs.errors import BadRequest
from mlxs.requests import SamplingParams
from mlxs.server.limits import LIMITS, check_sampling

SIZES = ("top_k", "repetition_context_size", "presence_context_size", "frequency_context_size")


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_numbers_that_arrays_can_be_cut_at(name: str) -> None:
    check_sampling(replace(SamplingParams(), **{name: 2**31 - 1}))
    for size in (-1, 2**31, 2**63, 2**70):
        with pytest.raises(BadRequest, match=f"{name} must be from 0 to 2147483647, not {size}$"):
            check_sampling(replace(SamplingParams(), **{name: size}))


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - {"max_tokens"}))
def test_what_is_hardly_a_number_is_refused(name: str) -> None:
    for number in (float("nan"), float("inf"), float("-inf"), 1e308, -1e308):
        with pytest.raises(BadRequest, match=name):
            check_sampling(replace(SamplingParams(), **{name: number}))


def test_an_answer_may_be_as_long_as_anybody_likes() -> None:
    check_sampling(SamplingParams(max_tokens=2**63))
