"""The tools of a request, and how calls of them are written.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools

A model knows one flat list of functions. What clients send besides is brought to it: a `namespace` is
a prefix of its tools' names, a `tool_search` that the client runs is a function of that name. Tools
that the API's own servers would run are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from mlxs.errors import BadRequest
from mlxs.requests import Tool

from ..messages import Body
from ..tools import Custom, Format, Function, Syntax
from .invalid import explained

SEARCH = "tool_search"


class FunctionBody(Function):
    type: Literal["function"]


class FormatBody(Body):
    type: Literal["text", "grammar"]
    syntax: Literal["lark", "regex"] | None = None
    definition: str | None = None


class CustomBody(Body):
    type: Literal["custom"]
    name: str
    description: str | None = None
    format: FormatBody | None = None

    def tool(self) -> Tool:
        if self.format is None or self.format.type == "text":
            return Custom(name=self.name, description=self.description).tool()
        if self.format.syntax is None or self.format.definition is None:
            raise BadRequest(f"the grammar of the tool {self.name!r} lacks its syntax or its definition", param="tools")
        grammar = Syntax(syntax=self.format.syntax, definition=self.format.definition)
        return Custom(
            name=self.name, description=self.description, format=Format(type="grammar", grammar=grammar)
        ).tool()


class NamespaceBody(Body):
    type: Literal["namespace"]
    name: str
    description: str = ""
    tools: list[Annotated[FunctionBody | CustomBody, Field(discriminator="type")]]


class SearchBody(Body):
    type: Literal["tool_search"]
    execution: Literal["client", "server"] = "server"
    description: str | None = None
    parameters: dict[str, Any] | None = None

    def tool(self) -> Tool:
        if self.execution == "server":
            raise BadRequest("tool_search is supported with execution 'client' only", param="tools")
        tool = Tool(name=SEARCH, description=self.description)
        return replace(tool, parameters=self.parameters) if self.parameters else tool


ToolBody = Annotated[FunctionBody | CustomBody | NamespaceBody | SearchBody, Field(discriminator="type")]
_TOOL: TypeAdapter[ToolBody] = TypeAdapter(ToolBody)
_TYPES = ("function", "custom", "namespace", SEARCH)


@dataclass(frozen=True, slots=True)
class Called:
    """What a call of a tool is to clients: which item, under which name."""

    kind: Literal["function", "custom", "search"]
    name: str
    namespace: str | None = None


def flat(name: str, namespace: str | None) -> str:
    """The name by which the model knows a tool."""
    return f"{namespace}__{name}" if namespace else name


class Toolbox:
    """Tools, once for the model and once for the client."""

    def __init__(self) -> None:
        self.tools: list[Tool] = []
        self.bodies: list[dict[str, Any]] = []
        self._called: dict[str, Called] = {}

    def add(self, given: Iterable[Any], param: str) -> None:
        """Put more tools in. Raises BadRequest where one cannot be offered; `param` says where they stand."""
        for number, body in enumerate(given):
            if _idle(body):
                continue
            tool = _read(body, f"{param}.{number}")
            self.bodies.append(_told(tool))
            if isinstance(tool, NamespaceBody):
                self._add_namespace(tool)
            elif isinstance(tool, SearchBody):
                self._add(tool.tool(), Called("search", SEARCH))
            else:
                self._add(tool.tool(), Called(tool.type, tool.name))

    def _add_namespace(self, namespace: NamespaceBody) -> None:
        about = namespace.description
        for body in namespace.tools:
            tool = body.tool()
            described = "\n\n".join(text for text in (about, tool.description) if text) or None
            self._add(
                replace(tool, name=flat(body.name, namespace.name), description=described),
                Called(body.type, body.name, namespace.name),
            )
            about = ""  # once is enough

    def _add(self, tool: Tool, called: Called) -> None:
        if tool.name in self._called:
            raise BadRequest(f"tools: there are two of the name {tool.name!r}", param="tools")
        self.tools.append(tool)
        self._called[tool.name] = called

    def called(self, name: str) -> Called:
        """What a call of that name is; one of a tool that nobody offered is a function's."""
        return self._called.get(name, Called("function", name))


def _idle(body: Any) -> bool:
    """Whether it is a web search that must not go to the web, as Codex sends unasked: here it would find nothing."""
    return isinstance(body, dict) and body.get("type") == "web_search" and body.get("external_web_access") is False


def _read(body: Any, param: str) -> ToolBody:
    kind = body.get("type") if isinstance(body, dict) else None
    if isinstance(kind, str) and kind not in _TYPES:
        raise BadRequest(
            f"{param}: tools of type {kind!r} are not supported: this server runs no tools itself; "
            "leave it out, or send a `function` or `custom` tool that you run",
            param=param,
        )
    try:
        return _TOOL.validate_python(body)
    except ValidationError as error:
        raise explained(error, param) from None


def _told(tool: ToolBody) -> dict[str, Any]:
    """The tool as responses repeat it."""
    if isinstance(tool, FunctionBody):
        return tool.model_dump()
    return tool.model_dump(exclude_none=True)
