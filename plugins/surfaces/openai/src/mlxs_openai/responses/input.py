"""Input as clients send it, the items it means, and the conversation those amount to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from mlxs.errors import BadRequest
from mlxs.requests import Message

from .calls import CallOutputItem, CustomCallItem, FunctionCallItem, MoreToolsItem, SearchCallItem, SearchOutputItem
from .invalid import explained
from .items import CompactionItem, Item, ItemBody, MessageItem, ReasoningItem
from .turns import Turns

AnyItem = Annotated[
    MessageItem
    | ReasoningItem
    | FunctionCallItem
    | CustomCallItem
    | CallOutputItem
    | SearchCallItem
    | SearchOutputItem
    | MoreToolsItem
    | CompactionItem,
    Field(discriminator="type"),
]
_ITEM: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
_TYPES = (
    "message",
    "reasoning",
    "function_call",
    "function_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "tool_search_call",
    "tool_search_output",
    "additional_tools",
    "compaction",
    "compaction_summary",
)


def read(given: Any, param: str) -> ItemBody:
    """The item that JSON means; without a type it is a message. Raises BadRequest where it means none."""
    if not isinstance(given, dict):
        raise BadRequest(f"{param}: an item must be a JSON object", param=param)
    kind = given.get("type") or "message"
    if kind not in _TYPES:
        raise BadRequest(
            f"{param}: items of type {kind!r} are not supported, only {', '.join(_TYPES)} and item_reference",
            param=param,
        )
    try:
        return _ITEM.validate_python({**given, "type": kind})
    except ValidationError as error:
        raise explained(error, param) from None


def reference(given: Any) -> str | None:
    """The id of the item that is meant, where it is not the item itself that was sent."""
    refers = isinstance(given, dict) and (
        given.get("type") == "item_reference" or (given.get("type") is None and "role" not in given and "id" in given)
    )
    return str(given["id"]) if refers and isinstance(given.get("id"), str) else None


def conversation(items: Iterable[Item], instructions: str | None = None) -> tuple[Message, ...]:
    """The messages that kept items amount to."""
    turns = Turns()
    if instructions is not None:
        turns.heard(Message(role="system", content=instructions))
    for number, item in enumerate(items):
        read(item, f"input.{number}").add(turns)
    return turns.messages()


def brought(items: Iterable[Item]) -> list[Any]:
    """The tools that come with items."""
    kinds = ("tool_search_output", "additional_tools")
    return [tool for item in items if item["type"] in kinds for tool in item["tools"]]
