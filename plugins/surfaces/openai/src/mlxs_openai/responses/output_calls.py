"""Calls of tools while they are written, each as the events that tell it."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from mlxs.server.custom import Input

from .ids import new
from .output import Chunk, Output, Status
from .toolbox import Called


class Call(Output):
    """A call of a tool."""

    prefix = "fc"

    def __init__(self, index: int, called: Called) -> None:
        super().__init__(index, self.prefix)
        self._name = {"name": called.name, **({"namespace": called.namespace} if called.namespace else {})}
        self._call_id = new("call")

    def _item(self, status: Status) -> Chunk:
        return {"id": self.id, "status": status, "call_id": self._call_id, **self._told()}

    def _told(self) -> Chunk:
        return {"type": "function_call", "arguments": self.text, **self._name}

    def _more(self, text: str) -> Iterator[Chunk]:
        yield self._event("function_call_arguments.delta", delta=text)

    def _end(self) -> Iterator[Chunk]:
        yield self._event("function_call_arguments.done", arguments=self.text)


class CustomCall(Call):
    """A call of a tool that takes a text."""

    prefix = "ctc"

    def __init__(self, index: int, called: Called) -> None:
        super().__init__(index, called)
        self._input = Input()

    def add(self, text: str) -> Iterator[Chunk]:
        yield from super().add(self._input.read(text))

    def _told(self) -> Chunk:
        return {"type": "custom_tool_call", "input": self.text, **self._name}

    def _more(self, text: str) -> Iterator[Chunk]:
        yield self._event("custom_tool_call_input.delta", delta=text)

    def _end(self) -> Iterator[Chunk]:
        yield self._event("custom_tool_call_input.done", input=self.text)


class SearchCall(Call):
    """A search for tools, which the client does. It has no events of its own, only the item's."""

    prefix = "tsc"

    def _told(self) -> Chunk:
        try:
            arguments = orjson.loads(self.text or "{}")
        except orjson.JSONDecodeError:
            arguments = self.text
        return {"type": "tool_search_call", "execution": "client", "arguments": arguments}

    def _more(self, text: str) -> Iterator[Chunk]:
        yield from ()

    def _end(self) -> Iterator[Chunk]:
        yield from ()


CALLS: dict[str, type[Call]] = {"function": Call, "custom": CustomCall, "search": SearchCall}
