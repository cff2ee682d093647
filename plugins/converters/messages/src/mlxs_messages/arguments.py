"""Earlier calls, as templates want them that walk the arguments."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from mlxs.requests import ChatRequest, ToolCall

from .roles import standard


def arguments_as_objects(request: ChatRequest) -> ChatRequest:
    """Give the template the arguments of earlier calls as objects instead of JSON text.

    Qwen3-Coder's template walks them, Qwen 2.5's would write the text as a JSON string. No text at
    all is an empty object; what is no object stays as the client sent it.
    """
    messages = tuple(
        replace(message, tool_calls=tuple(map(_with_object, message.tool_calls))) if message.tool_calls else message
        for message in standard(request).messages
    )
    return replace(request, messages=messages)


def _with_object(call: ToolCall) -> ToolCall:
    if not isinstance(call.arguments, str):
        return call
    try:
        arguments: Any = json.loads(call.arguments.strip() or "{}")
    except (ValueError, RecursionError):
        return call
    return replace(call, arguments=arguments) if isinstance(arguments, dict) else call
