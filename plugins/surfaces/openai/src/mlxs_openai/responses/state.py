"""What was said before: responses and conversations that are kept.

A response is a record of its own, with the items that were put in; its output stands below it once
more, item by item, where references find it. What is said in a conversation stands below that. One
that is made in the background has a lease, which its server renews: where that has run out, the server
has ended, and the response with it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from mlxs.errors import BadRequest, NotServed
from mlxs.server.app import App
from mlxs.stores import Record, Store

from .items import Item
from .output import Chunk

OPEN = ("queued", "in_progress")
"""Statuses of responses that are not over."""
ABANDONED = {"code": "server_error", "message": "its server ended before it was over; send the request again"}
LEASE = 30.0
"""Seconds for which a response is believed to be in the making though nothing is heard of it."""
LOCAL = 32
"""Responses at most that a connection remembers by itself."""


@dataclass(frozen=True)
class Kept:
    """A response that is kept.

    Args:
        input: The items that were put in, without those that came before.
        events: All that were told, where the response was made in the background.
    """

    response: Chunk
    input: Sequence[Item]
    events: Sequence[Chunk] = field(default=())


class State:
    """Responses by id.

    Args:
        app: Whose store it is.
        remembers: Whether responses that are not to be stored are remembered nevertheless, as long as
            this object lives: what a WebSocket connection does.
    """

    def __init__(self, app: App, *, remembers: bool = False) -> None:
        self._app = app
        self._local: OrderedDict[str, list[Item]] | None = OrderedDict() if remembers else None

    @property
    def stored(self) -> bool:
        """Whether anything is kept at all."""
        return self._app.store is not None

    @property
    def store(self) -> Store:
        """Where. Raises NotServed where nothing is kept."""
        if self._app.store is None:
            raise NotServed(
                "this server keeps neither responses nor conversations; start it without --no-state", code="not_stored"
            )
        return self._app.store

    @property
    def expires(self) -> float:
        """Until when what is used now is kept."""
        return time.time() + self._app.server.state_ttl

    async def find(self, id: str) -> Kept:
        """The response, which is kept longer because it is used. Raises NotServed where there is none."""
        await self.store.renew("response", id, self.expires)
        leased = await self.store.find("lease", id)  # before the response, which may end just now
        record = await self.store.find("response", id)
        if record is None:
            raise NotServed(f"there is no response {id!r}, or it has expired", code="response_not_found")
        kept = Kept(**record.data)
        if kept.response["status"] in OPEN and leased is None:
            return replace(kept, response={**kept.response, "status": "failed", "error": ABANDONED})
        return kept

    async def history(self, id: str) -> list[Item]:
        """All items up to the end of that response. Raises BadRequest where they are not kept."""
        if self._local is not None and id in self._local:
            self._local.move_to_end(id)
            return self._local[id]
        if not self.stored:
            raise BadRequest(
                "previous_response_id: this server keeps no responses; send the whole conversation as input, "
                "or start it without --no-state",
                code="previous_response_not_found",
                param="previous_response_id",
            )
        chain: list[Kept] = []
        next: str | None = id
        while next is not None:
            try:
                chain.append(await self.find(next))
            except NotServed as error:
                raise BadRequest(
                    f"previous_response_id: {error.message}; send the whole conversation as input",
                    code="previous_response_not_found",
                    param="previous_response_id",
                ) from None
            next = chain[-1].response["previous_response_id"]
        if chain[0].response["status"] in OPEN:
            raise BadRequest(f"previous_response_id: the response {id!r} is not over yet", param="previous_response_id")
        return [item for kept in reversed(chain) for item in (*kept.input, *kept.response["output"])]

    def forget(self, id: str) -> None:
        """Remember it no longer; what is stored stays."""
        if self._local is not None:
            self._local.pop(id, None)

    def remember(self, id: str, items: list[Item]) -> None:
        """Remember all items up to the end of a response, as long as this object lives."""
        if self._local is not None:
            self._local[id] = items
            if len(self._local) > LOCAL:
                self._local.popitem(last=False)

    async def keep(self, kept: Kept) -> None:
        """Keep a response, and what was said in its conversation if it is over."""
        response = kept.response
        id, conversation = response["id"], response["conversation"]
        over = response["status"] in ("completed", "incomplete")
        data = {"response": response, "input": list(kept.input), "events": list(kept.events)}
        record = Record(kind="response", id=id, data=data, expires=self.expires)
        if over and conversation and await self.store.renew("conversation", conversation["id"], self.expires):
            items = below(("conversation", conversation["id"]), (*kept.input, *response["output"]))
            with suppress(BadRequest):  # it was deleted just now
                return await self.store.save(record, *items)
        await self.store.save(record, *below(("response", id), response["output"] if over else ()))

    async def hold(self, id: str) -> None:
        """Renew the lease of a response that is in the making."""
        lease = Record(kind="lease", id=id, data={}, parent=("response", id), expires=time.time() + LEASE)
        await self.store.save(lease)

    async def delete(self, id: str) -> None:
        """Forget a response. Raises NotServed where there is none."""
        if not await self.store.delete("response", id):
            raise NotServed(f"there is no response {id!r}, or it has expired", code="response_not_found")

    async def item(self, id: str) -> Item | None:
        """An item that was said before."""
        record = await self.store.find("item", id)
        return record.data if record else None

    async def conversation(self, id: str) -> Record:
        """The conversation's record, which is kept longer because it is used. Raises NotServed where there is none."""
        await self.store.renew("conversation", id, self.expires)
        record = await self.store.find("conversation", id)
        if record is None:
            raise NotServed(f"there is no conversation {id!r}, or it has expired", code="conversation_not_found")
        return record

    async def said(self, id: str) -> list[Item]:
        """All items of a conversation."""
        await self.conversation(id)
        return [record.data for record in await self.store.children(("conversation", id))]


def below(parent: tuple[str, str], items: Iterable[Item]) -> list[Record]:
    """Records of items that belong to something."""
    return [Record(kind="item", id=item["id"], data=item, parent=parent) for item in items]
