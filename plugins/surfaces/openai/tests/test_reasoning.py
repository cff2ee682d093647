"""What clients say of thinking reaches the template and the budget, whichever way they say it."""

from __future__ import annotations

from typing import Any

import pytest

from mlxs.errors import BadRequest
from mlxs_openai.body import ChatBody

OFF = {"enable_thinking": False, "thinking": False}


def said(**fields: Any) -> tuple[dict[str, Any], int | None]:
    body = ChatBody.model_validate({"messages": [{"role": "user", "content": "hi"}], **fields})
    request = body.request()
    return request.template, request.thought_tokens


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning": {"max_tokens": 9}},
        {"thinking": {"type": "enabled", "budget_tokens": 9}},
        {"thinking_budget": 9},
        {"thinking_token_budget": 9},
        {"chat_template_kwargs": {"thinking_budget": 9}},
    ],
)
def test_a_budget_has_many_names(fields: dict[str, Any]) -> None:
    assert said(**fields) == ({"enable_thinking": True, "thinking": True, "thinking_budget": 9}, 9)


@pytest.mark.parametrize(
    "fields",
    [
        {"enable_thinking": False},
        {"thinking": {"type": "disabled"}},
        {"reasoning": {"enabled": False}},
        {"chat_template_kwargs": {"enable_thinking": False}},
    ],
)
def test_thinking_can_be_switched_off_in_many_ways(fields: dict[str, Any]) -> None:
    assert said(**fields) == (OFF, 0)


def test_efforts_and_the_template_s_own_variables() -> None:
    assert said() == ({}, None)
    assert said(reasoning_effort="none") == ({**OFF, "reasoning_effort": "none"}, 0)
    template, most = said(reasoning={"effort": "high"}, chat_template_kwargs={"reasoning_effort": "max", "date": "1"})
    assert (template["reasoning_effort"], template["date"], most) == ("max", "1", None)
    assert said(thinking={"type": "adaptive"}) == ({}, None)
    for fields in ({"reasoning_effort": "lots"}, {"reasoning": {"exclude": True}}, {"thinking_budget": -5}):
        with pytest.raises(BadRequest):
            said(**fields)
