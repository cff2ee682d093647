"""`/v1/conversations`. https://platform.openai.com/docs/api-reference/conversations"""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from mlxs.errors import NotServed
from mlxs.server import errors
from mlxs.stores import Record

from ..messages import Body
from .ids import new
from .input import read
from .items import Item
from .pages import Limit, Order, page
from .state import State, below

Metadata = Annotated[dict[str, str], Field(max_length=16)]


class ItemsBody(Body):
    items: list[Any] = Field(min_length=1, max_length=20)


class ConversationBody(Body):
    items: list[Any] | None = Field(None, max_length=20)
    metadata: Metadata | None = None


class MetadataBody(Body):
    metadata: Metadata


def mount(router: APIRouter, state: State) -> None:
    """Add the routes."""

    @router.post("/conversations")
    async def create_conversation(body: ConversationBody | None = None) -> Response:
        """Begin a conversation."""
        id, metadata = new("conv"), (body and body.metadata) or {}
        said = {"id": id, "object": "conversation", "created_at": int(time.time()), "metadata": metadata}
        record = Record(kind="conversation", id=id, data=said, expires=state.expires)
        await state.store.save(record, *_below(id, (body and body.items) or ()))
        return errors.json_response(said)

    @router.get("/conversations/{id}")
    async def retrieve_conversation(id: str) -> Response:
        """What there is to say of a conversation."""
        return errors.json_response((await state.conversation(id)).data)

    @router.post("/conversations/{id}")
    async def update_conversation(id: str, body: MetadataBody) -> Response:
        """Change its metadata."""
        record = await state.conversation(id)
        record.data["metadata"] = body.metadata
        await state.store.save(record)
        return errors.json_response(record.data)

    @router.delete("/conversations/{id}")
    async def delete_conversation(id: str) -> Response:
        """Forget a conversation and all that was said in it."""
        await state.conversation(id)
        await state.store.delete("conversation", id)
        return errors.json_response({"id": id, "object": "conversation.deleted", "deleted": True})

    @router.post("/conversations/{id}/items")
    async def create_items(id: str, body: ItemsBody) -> Response:
        """Add to what was said."""
        await state.conversation(id)
        records = _below(id, body.items)
        await state.store.save(*records)
        return errors.json_response(page([record.data for record in records], len(records)))

    @router.get("/conversations/{id}/items")
    async def list_items(id: str, after: str | None = None, limit: Limit = 20, order: Order = "desc") -> Response:
        """What was said."""
        await state.conversation(id)
        newest = order == "desc"
        records = await state.store.children(("conversation", id), after=after, limit=limit + 1, newest_first=newest)
        return errors.json_response(page([record.data for record in records], limit))

    @router.get("/conversations/{id}/items/{item_id}")
    async def retrieve_item(id: str, item_id: str) -> Response:
        """One thing that was said."""
        return errors.json_response(await _item(state, id, item_id))

    @router.delete("/conversations/{id}/items/{item_id}")
    async def delete_item(id: str, item_id: str) -> Response:
        """Take back one thing that was said."""
        await _item(state, id, item_id)
        await state.store.delete("item", item_id)
        return errors.json_response((await state.conversation(id)).data)


def _below(id: str, given: Any) -> list[Record]:
    items = [read(item, f"items.{number}").item() for number, item in enumerate(given)]
    return below(("conversation", id), items)


async def _item(state: State, id: str, item_id: str) -> Item:
    record = await state.store.find("item", item_id)
    if record is None or record.parent != ("conversation", id):
        raise NotServed(f"there is no item {item_id!r} in the conversation {id!r}", code="item_not_found")
    return record.data
