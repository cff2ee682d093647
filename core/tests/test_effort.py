"""What clients say of thinking, and what models are told."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.errors import BadRequest
from mlxs.server.effort import reasoning

ON, OFF = {"enable_thinking": True, "thinking": True}, {"enable_thinking": False, "thinking": False}


@pytest.mark.parametrize(
    ("said", "variables", "most"),
    [
        ((None, None, None), {}, None),
        (("low", None, None), {**ON, "reasoning_effort": "low"}, None),
        (("minimal", None, None), {**ON, "reasoning_effort": "low"}, None),
        (("xhigh", 9, None), {**ON, "reasoning_effort": "high", "thinking_budget": 9}, 9),
        (("none", None, None), {**OFF, "reasoning_effort": "none"}, 0),
        (("high", 9, False), {**OFF, "reasoning_effort": "high", "thinking_budget": 9}, 0),
        ((None, 0, None), {**OFF, "thinking_budget": 0}, 0),
        ((None, -1, None), {**ON, "thinking_budget": -1}, None),
        ((None, None, True), ON, None),
    ],
)
def test_efforts_are_variables_and_budgets(said: Any, variables: dict[str, Any], most: int | None) -> None:
    assert reasoning(*said) == (variables, most)


@pytest.mark.parametrize("said", [("lots", None, None), (None, -2, None)])
def test_what_means_nothing_is_refused(said: Any) -> None:
    with pytest.raises(BadRequest):
        reasoning(*said)
