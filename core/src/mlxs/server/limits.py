"""What makes sense for any model, and what for none."""

from __future__ import annotations

from ..errors import BadRequest
from ..requests import ChatRequest, SamplingParams
from .schemas import check_tool

SIZE = 2**31 - 1
"""The most that an array can be cut at: a greater one is an error in the middle of everybody's batch."""

LIMITS: dict[str, tuple[float, float]] = {
    "max_tokens": (1, float("inf")),
    "temperature": (0, 100),
    "top_p": (0, 1),
    "top_k": (0, SIZE),
    "min_p": (0, 1),
    "xtc_probability": (0, 1),
    "xtc_threshold": (0, 0.5),
    "repetition_penalty": (0.01, 100),
    "presence_penalty": (-100, 100),
    "frequency_penalty": (-100, 100),
    "repetition_context_size": (0, SIZE),
    "presence_context_size": (0, SIZE),
    "frequency_context_size": (0, SIZE),
    "top_logprobs": (0, 20),
}
"""What a sampling field may be, both ends included."""


def check(request: ChatRequest) -> None:
    """Raise BadRequest where the request makes no sense for any model."""
    if not request.messages:
        raise BadRequest("messages is empty; send at least one message", param="messages")
    if request.tool_choice.mode == "required" and not request.tools:
        raise BadRequest("tool_choice demands a call, and there are no tools; send some", param="tool_choice")
    if request.thought_tokens is not None and request.thought_tokens < 0:
        message = f"a thinking budget must be 0 or more tokens, not {request.thought_tokens}"
        raise BadRequest(message, param="thinking_budget")
    for number, tool in enumerate(request.tools):
        check_tool(tool, f"tools.{number}")
    check_sampling(request.sampling)


def check_sampling(sampling: SamplingParams) -> None:
    """Raise BadRequest where a sampling field is out of its limits."""
    for name, (least, most) in LIMITS.items():
        value = getattr(sampling, name)
        if value is not None and not least <= value <= most:
            limits = f"{least} or more" if most == float("inf") else f"from {least} to {most}"
            raise BadRequest(f"{name} must be {limits}, not {value}", param=name)
    if any(not stop for stop in sampling.stop):
        raise BadRequest("a stop string is empty; leave it out", param="stop")
