"""How much a client wants a model to think, in the words of several APIs.

OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, Anthropic's `thinking`, vLLM's
`thinking_token_budget`, and what chat templates call it in `chat_template_kwargs`.

https://platform.openai.com/docs/guides/reasoning
https://openrouter.ai/docs/use-cases/reasoning-tokens
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from mlxs.errors import BadRequest
from mlxs.server.effort import reasoning

from .messages import Body

T = TypeVar("T")


class Reasoning(Body):
    effort: str | None = None
    max_tokens: int | None = None
    enabled: bool | None = None
    exclude: bool | None = None


class Thinking(Body):
    type: Literal["enabled", "disabled", "adaptive"]
    budget_tokens: int | None = None


class ReasoningBody(Body):
    """The fields of a request that are about thinking."""

    reasoning_effort: str | None = None
    reasoning: Reasoning | None = None
    thinking: Thinking | None = None
    thinking_budget: int | None = None
    thinking_token_budget: int | None = None
    enable_thinking: bool | None = None
    chat_template_kwargs: dict[str, Any] | None = None

    def template(self) -> tuple[dict[str, Any], int | None]:
        """Variables of the chat template, and how many tokens a thought may have; None: any number."""
        nested, thinking, given = self.reasoning or Reasoning(), self.thinking, self.chat_template_kwargs or {}
        if nested.exclude:
            message = "reasoning.exclude is not supported: thoughts come in a field of their own, which can be ignored"
            raise BadRequest(message, param="reasoning.exclude")
        effort = _first(self.reasoning_effort, nested.effort)
        budget = _first(
            self.thinking_token_budget,
            self.thinking_budget,
            thinking.budget_tokens if thinking else None,
            nested.max_tokens,
            _typed(given.get("thinking_budget"), int),
        )
        enabled = _first(
            self.enable_thinking,
            _typed(given.get("enable_thinking"), bool),
            _typed(given.get("thinking"), bool),
            nested.enabled,
            {"enabled": True, "disabled": False}.get(thinking.type) if thinking else None,
        )
        said, most = reasoning(effort, budget, enabled)
        return {**said, **given}, most


def _first(*said: T | None) -> T | None:
    return next((value for value in said if value is not None), None)


def _typed(value: Any, kind: type[T]) -> T | None:
    """A template's variable, where it is what others mean by that name."""
    return value if type(value) is kind else None
