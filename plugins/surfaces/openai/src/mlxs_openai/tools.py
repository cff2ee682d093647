"""Tools that clients offer, and whether they may, must or must not be called.

https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from mlxs.errors import BadRequest
from mlxs.grammar import LARK
from mlxs.requests import Tool, ToolChoice

from .messages import Body


class Function(Body):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None

    def tool(self) -> Tool:
        """A tool of these parameters; of none, where it says nothing of them."""
        tool = Tool(name=self.name, description=self.description, strict=self.strict)
        return replace(tool, parameters=self.parameters) if self.parameters else tool


class Syntax(Body):
    syntax: Literal["lark", "regex"]
    definition: str


class Format(Body):
    type: Literal["text", "grammar"]
    grammar: Syntax | None = None


class Custom(Body):
    name: str
    description: str | None = None
    format: Format | None = None

    def tool(self) -> Tool:
        """A tool of one text, kept to its grammar where it has one."""
        said: dict[str, Any] = {"type": "string"}
        grammar = self.format.grammar if self.format else None
        if grammar:
            said |= (
                {LARK: grammar.definition} if grammar.syntax == "lark" else {"pattern": f"^(?:{grammar.definition})$"}
            )
        parameters = {
            "type": "object",
            "properties": {"input": said},
            "required": ["input"],
            "additionalProperties": False,
        }
        return Tool(
            name=self.name, description=self.description, parameters=parameters, strict=bool(grammar), custom=True
        )


class ToolBody(Body):
    type: str
    function: Function | None = None
    custom: Custom | None = None

    def tool(self, param: str) -> Tool:
        if self.type == "custom" and self.custom:
            return self.custom.tool()
        if self.type != "function":
            supported = "only 'function' and 'custom'"
            raise BadRequest(f"{param}: tools of type {self.type!r} are not supported, {supported}", param=param)
        if self.function is None:
            raise BadRequest(f"{param}.function is missing", param=f"{param}.function")
        return self.function.tool()


class Named(Body):
    name: str


class NamedFunction(Body):
    type: Literal["function"]
    function: Named


class NamedCustom(Body):
    type: Literal["custom"]
    custom: Named


class Allowed(Body):
    mode: Literal["auto", "required"]
    tools: list[NamedFunction | NamedCustom]


class AllowedTools(Body):
    type: Literal["allowed_tools"]
    allowed_tools: Allowed


Choice = Literal["none", "auto", "required"] | NamedFunction | NamedCustom | AllowedTools
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
        case NamedFunction() | NamedCustom():
            return ToolChoice(mode="required", names=(_named(choice),))
        case AllowedTools(allowed_tools=allowed):
            return ToolChoice(mode=allowed.mode, names=tuple(map(_named, allowed.tools)))
        case mode:
            return ToolChoice(mode=mode)


def _named(choice: NamedFunction | NamedCustom) -> str:
    return choice.function.name if isinstance(choice, NamedFunction) else choice.custom.name
