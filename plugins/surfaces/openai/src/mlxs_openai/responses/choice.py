"""Whether the model may, must or must not call tools, and which.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-tool_choice
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from mlxs.errors import BadRequest
from mlxs.requests import ToolChoice

from ..messages import Body
from ..tools import Named
from .toolbox import flat


class NamedBody(Named):
    type: Literal["function", "custom"]
    namespace: str | None = None


class AllowedBody(Body):
    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: list[NamedBody]


_CHOICE: TypeAdapter[Literal["auto", "none", "required"] | NamedBody | AllowedBody] = TypeAdapter(
    Literal["auto", "none", "required"] | NamedBody | AllowedBody
)


def tool_choice(given: Any) -> ToolChoice:
    """What the `tool_choice` of a request means. Raises BadRequest where that is nothing."""
    try:
        choice = _CHOICE.validate_python("auto" if given is None else given)
    except ValidationError:
        raise BadRequest(
            'tool_choice must be \'auto\', \'none\', \'required\', {"type": "function" or "custom", "name": ...}, '
            "or allowed_tools with a mode and tools",
            param="tool_choice",
        ) from None
    match choice:
        case NamedBody():
            return ToolChoice(mode="required", names=(flat(choice.name, choice.namespace),))
        case AllowedBody():
            return ToolChoice(mode=choice.mode, names=tuple(flat(tool.name, tool.namespace) for tool in choice.tools))
        case mode:
            return ToolChoice(mode=mode)
