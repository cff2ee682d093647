"""Items of a conversation: what was said and thought. Calls and their outputs are in `calls`.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.requests import Message

from ..messages import Body
from .ids import new
from .parts import ContentBody, content, told
from .sealed import unseal
from .turns import Turns

Item = dict[str, Any]
"""An item as it is kept and listed: JSON that the API's own clients understand."""


class ItemBody(Body):
    """What all items have in common."""

    prefix: ClassVar[str]
    """How their ids begin."""

    def item(self) -> Item:
        """The item under an id of its own, with all that lists of items must say."""
        return {**self.model_dump(exclude_none=True), "id": new(self.prefix), "status": "completed"}

    @abstractmethod
    def add(self, turns: Turns) -> None:
        """Say it to the model."""


class MessageItem(ItemBody):
    prefix = "msg"
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: ContentBody
    phase: Literal["commentary", "final_answer"] | None = None

    def item(self) -> Item:
        answered = self.role == "assistant"
        item = {**super().item(), "content": told(self.content, answered=answered)}
        if not answered:
            item.pop("phase", None)
        return item

    def add(self, turns: Turns) -> None:
        if self.role == "assistant":
            turns.said(content(self.content))
        else:
            turns.heard(Message(role=self.role, content=content(self.content)))


class SummaryText(Body):
    type: Literal["summary_text"]
    text: str


class ReasoningText(Body):
    type: Literal["reasoning_text", "text"]
    text: str


class ReasoningItem(ItemBody):
    prefix = "rs"
    type: Literal["reasoning"]
    summary: list[SummaryText] = Field(default_factory=list)
    content: list[ReasoningText] | None = None
    encrypted_content: str | None = None

    def add(self, turns: Turns) -> None:
        if text := self._text():
            turns.thought(text)

    def _text(self) -> str:
        if self.content:
            return "".join(part.text for part in self.content)
        sealed = unseal(self.encrypted_content) if self.encrypted_content else None
        return str(sealed["text"]) if sealed and "text" in sealed else "\n".join(part.text for part in self.summary)


class CompactionItem(ItemBody):
    """A conversation in short, as `/responses/compact` has made it."""

    prefix = "cmp"
    type: Literal["compaction", "compaction_summary"]
    encrypted_content: str

    def item(self) -> Item:
        return {"type": "compaction", "id": new(self.prefix), "encrypted_content": self.encrypted_content}

    def add(self, turns: Turns) -> None:
        sealed = unseal(self.encrypted_content)
        if sealed is None or "summary" not in sealed:
            raise BadRequest(
                "this compaction item was made by another server and cannot be read here; "
                "send the items it stands for, or compact them with /v1/responses/compact",
                param="input",
            )
        turns.heard(Message(role="user", content=str(sealed["summary"])))
