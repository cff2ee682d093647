"""Tools that clients offer, and whether they may, must or must not be used.

https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
"""

from __future__ import annotations

from typing import Any, Literal

from mlxs.errors import BadRequest
from mlxs.requests import Tool, ToolChoice
from mlxs.server.schemas import check_schema

from .sources import Body


class ToolBody(Body):
    """A tool; the client's own has no type, or `custom`, and a schema."""

    type: str | None = None
    name: str | None = None
    description: str | None = None
    input_schema: dict[str, Any] | None = None
    strict: bool | None = None

    def tool(self, param: str) -> Tool:
        if self.type not in (None, "custom"):
            raise BadRequest(
                f"{param}: the tool {self.type!r} is Anthropic's own and not supported; offer a tool of your own, with "
                "an input_schema",
                param=f"{param}.type",
            )
        if self.name is None or self.input_schema is None:
            missing = f"{param}.{'name' if self.name is None else 'input_schema'}"
            raise BadRequest(f"{missing} is missing", param=missing)
        check_schema(self.input_schema, f"{param}.input_schema")
        return Tool(name=self.name, description=self.description, parameters=self.input_schema, strict=self.strict)


class ToolChoiceBody(Body):
    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None

    def choice(self) -> ToolChoice:
        match self.type:
            case "auto" | "none":
                return ToolChoice(mode=self.type)
            case "any":
                return ToolChoice(mode="required")
        if self.name is None:
            raise BadRequest("tool_choice.name is missing", param="tool_choice.name")
        return ToolChoice(mode="required", names=(self.name,))
