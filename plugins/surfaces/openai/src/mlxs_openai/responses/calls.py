"""Items of a conversation: calls of tools, and what came of them."""

from __future__ import annotations

import json
from typing import Any, Literal

import orjson

from mlxs.requests import ToolCall

from .items import Item, ItemBody
from .parts import ContentBody, content, told
from .toolbox import SEARCH, flat
from .turns import Turns


class FunctionCallItem(ItemBody):
    prefix = "fc"
    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str
    namespace: str | None = None

    def add(self, turns: Turns) -> None:
        name = flat(self.name, self.namespace)
        turns.called(ToolCall(id=self.call_id, name=name, arguments=self.arguments or "{}"))


class CustomCallItem(ItemBody):
    prefix = "ctc"
    type: Literal["custom_tool_call"]
    call_id: str
    name: str
    input: str
    namespace: str | None = None

    def add(self, turns: Turns) -> None:
        name = flat(self.name, self.namespace)
        turns.called(ToolCall(id=self.call_id, name=name, arguments=json.dumps({"input": self.input})))


class CallOutputItem(ItemBody):
    prefix = "fco"
    type: Literal["function_call_output", "custom_tool_call_output"]
    call_id: str
    output: ContentBody

    def item(self) -> Item:
        return {**super().item(), "output": self.output if isinstance(self.output, str) else told(self.output)}

    def add(self, turns: Turns) -> None:
        turns.answered(self.call_id, content(self.output))


class SearchCallItem(ItemBody):
    prefix = "tsc"
    type: Literal["tool_search_call"]
    call_id: str
    arguments: Any
    execution: Literal["client"]

    def add(self, turns: Turns) -> None:
        arguments = self.arguments if isinstance(self.arguments, str) else orjson.dumps(self.arguments).decode()
        turns.called(ToolCall(id=self.call_id, name=SEARCH, arguments=arguments))


class SearchOutputItem(ItemBody):
    """The tools it brings are taken into the request's own."""

    prefix = "tso"
    type: Literal["tool_search_output"]
    call_id: str
    execution: Literal["client"]
    tools: list[dict[str, Any]]

    def add(self, turns: Turns) -> None:
        found = ", ".join(str(tool.get("name")) for tool in self.tools) or "nothing"
        turns.answered(self.call_id, f"found: {found}")


class MoreToolsItem(ItemBody):
    """The tools it brings are taken into the request's own, where the model sees them."""

    prefix = "at"
    type: Literal["additional_tools"]
    role: str = "developer"
    tools: list[dict[str, Any]]

    def add(self, turns: Turns) -> None:
        pass
