"""What readers of declared calls have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from ...events import ToolCallEnd
from ...grammar import Grammar, Lit, Seq
from ...requests import Tool
from ..formats.calls import one_or_more
from ..scanner import Scanner, Script
from .anchors import Place
from .template import Field

Tools = Mapping[str, Tool]
Reading = Callable[[Tools], "Reader"]
"""Makes a reader for the tools of a request."""


class Reader(ABC):
    """Reads the calls of one field.

    Args:
        field: The field, as the template declares it.
        tools: What the model was offered, by name.
    """

    def __init__(self, field: Field, tools: Tools) -> None:
        self.field = field
        self.tools = tools
        self.closes = field.ends

    @property
    def unsayable(self) -> tuple[str, ...]:
        """What cannot stand inside an argument."""
        return ()

    @abstractmethod
    def read(self, text: Scanner, index: int, place: Place[Any]) -> Script[int]:
        """Read what follows the opening: calls from their start to their end, and the close.

        Returns the index of the next call. What of the text turned out to be no call is left unsaid.
        """

    def write(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """A call as the template reads it; None where it does not tell how that is written."""
        return None

    def grammar(self, most: int | None) -> Grammar | None:
        """What calls to the tools may look like; None where the template does not tell."""
        return None

    def most(self, most: int | None) -> int | None:
        """How many calls there may be, each between its own anchors."""
        return most if self.field.repeats else 1

    def end(self, text: Scanner, index: int, *, whole: bool) -> Script[None]:
        """Say that a call ends; leave unsaid what of it could not be read."""
        lost = text.unsaid() if not whole and (yield from text.peek()) else ""
        yield ToolCallEnd(index, complete=whole)
        text.leave(lost)

    def close(self, text: Scanner) -> Script[None]:
        """Read the close, where it is next."""
        text.unsaid()
        if self.closes and not (yield from self.closes.match(text)):
            gap = yield from text.space()
            if not (yield from self.closes.match(text)):
                text.back(gap)
        text.unsaid()


class Named(Reader):
    """A name in the opening, then something that is the arguments alone.

    Args:
        group: Which of the opening's groups the name is.
        said: The name itself, where it is always the same.
    """

    def __init__(self, field: Field, tools: Tools, *, group: str = "", said: str = "") -> None:
        super().__init__(field, tools)
        self._group, self._said = group, said

    def name(self, place: Place[Any]) -> str:
        """The name of the call that begins there."""
        return self._said or place.groups.get(self._group, "").strip()

    def around_call(self, name: str) -> tuple[str, str] | None:
        """What is written before and after a call of that name; None where the opening cannot say the name."""
        if self._said:
            return self.field.around({}) if name == self._said else None
        return self.field.around({self._group: name})

    def grammar(self, most: int | None) -> Grammar | None:
        calls: list[Grammar] = []
        for tool in self.tools.values():
            around, body = self.around_call(tool.name), self.body(tool)
            if around is None or body is None:
                return None
            calls.append(Seq((Lit(around[0]), body, Lit(around[1]))))
        return one_or_more(calls, self.most(most))

    @abstractmethod
    def body(self, tool: Tool) -> Grammar | None:
        """What the arguments of that tool may look like."""
