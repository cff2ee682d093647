"""How much a model is to think: what clients say of it in any dialect, as template variables and a budget.

Templates know efforts as `reasoning_effort` (gpt-oss and its kin: low, medium, high), thinking itself as
`enable_thinking` (Qwen, GLM) or `thinking` (DeepSeek, Granite, Kimi), and some a `thinking_budget`
(Seed-OSS). All are set, for a template passes over what it does not know. An effort is a wish that only
the template can grant; a budget is kept to whatever the template knows.
"""

from __future__ import annotations

from typing import Any

from ..errors import BadRequest

EFFORTS = {
    "none": "none",
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
"""What clients may say, and what templates are told. `none` asks for no thoughts, any other for some."""

ANY = -1
"""The budget that is none."""


def reasoning(effort: str | None, budget: int | None, enabled: bool | None) -> tuple[dict[str, Any], int | None]:
    """Template variables, and the tokens of a thought at most: `ChatRequest.template` and `.thought_tokens`.

    Args:
        effort: One of `EFFORTS`.
        budget: Tokens; -1: any number.
        enabled: Whether there are to be thoughts at all; weighs more than the others.

    Raises BadRequest where the effort or the budget means nothing.
    """
    if effort is not None and effort not in EFFORTS:
        message = f"{effort!r} is no reasoning effort; say one of {', '.join(EFFORTS)}"
        raise BadRequest(message, param="reasoning_effort")
    if budget is not None and budget < ANY:
        raise BadRequest(f"a thinking budget must be 0 or more tokens, or -1 for any number, not {budget}")
    if enabled is None and (effort is not None or budget is not None):
        enabled = effort != "none" and budget != 0
    said: dict[str, Any] = {} if enabled is None else {"enable_thinking": enabled, "thinking": enabled}
    if effort is not None:
        said["reasoning_effort"] = EFFORTS[effort]
    if budget is not None:
        said["thinking_budget"] = budget
    return said, 0 if enabled is False else None if budget == ANY else budget
