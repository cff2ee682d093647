"""What the model thought in earlier turns."""

from __future__ import annotations

from dataclasses import replace

from mlxs.requests import ChatRequest

from .roles import standard


def without_reasoning(request: ChatRequest) -> ChatRequest:
    """Leave out what the model thought in earlier turns."""
    messages = tuple(
        replace(turn, reasoning=None) if turn.reasoning is not None else turn for turn in standard(request).messages
    )
    return replace(request, messages=messages)
