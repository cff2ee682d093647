"""Tools that clients offer, and whether they may, must or must not be called.

https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from mlxs.errors import BadRequest
from mlxs.requests import Tool, ToolChoice

from .messages import Body


class Function(Body):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolBody(Body):
    type: str
    function: Function | None = None

    def tool(self, param: str) -> Tool:
        if self.type != "function":
            raise BadRequest(f"{param}: tools of type {self.type!r} are not supported, only 'function'", param=param)
        if self.function is None:
            raise BadRequest(f"{param}.function is missing", param=f"{param}.function")
        tool = Tool(name=self.function.name, description=self.function.description, strict=self.function.strict)
        return replace(tool, parameters=self.function.parameters) if self.function.parameters else tool


class Named(Body):
    name: str


class NamedFunction(Body):
    type: Literal["function"]
    function: Named


class Allowed(Body):
    mode: Literal["auto", "required"]
    tools: list[NamedFunction]


class AllowedTools(Body):
    type: Literal["allowed_tools"]
    allowed_tools: Allowed


Choice = Literal["none", "auto", "required"] | NamedFunction | AllowedTools
_choice: TypeAdapter[Choice] = TypeAdapter(Choice)


def tool_choice(said: Any) -> ToolChoice:
    """What `tool_choice` means. Raises BadRequest where it means nothing."""
    try:
        choice = _choice.validate_python("auto" if said is None else said)
    except ValidationError:
        raise BadRequest(
            "tool_choice must be 'none', 'auto', 'required', a function such as {\"type\": \"function\", \"function\": "
            '{"name": ...}}, or allowed_tools with a mode and tools',
            param="tool_choice",
        ) from None
    match choice:
        case NamedFunction(function=function):
            return ToolChoice(mode="required", names=(function.name,))
        case AllowedTools(allowed_tools=allowed):
            return ToolChoice(mode=allowed.mode, names=tuple(tool.function.name for tool in allowed.tools))
        case mode:
            return ToolChoice(mode=mode)
