"""The parser that a template amounts to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...events import ReasoningDelta, TextDelta
from ...grammar import Grammar
from ...requests import Tool
from ..parser import ReasoningParser, ToolParser
from ..scanner import Into, Scanner, Script
from .anchors import Place
from .calls import reading
from .reader import Reader, Tools
from .regex import Unsupported
from .template import CALLS, Field, Template, load


class Declared(ToolParser, ReasoningParser):
    """Reads answers as a checkpoint's `response_template` declares them: thoughts, text and calls in one pass.

    It means what transformers' parser means by the template
    (https://huggingface.co/docs/transformers/main/en/chat_response_parsing), with these differences,
    so that nothing is lost and everything streams: text outside all fields is said; a field that
    comes again goes on; what cannot be read as calls is said as it was written; values are typed by
    the tools' schemas; `start_anchor`, where the model says it, is a mark that says nothing.

    Calls stream where they are JSON objects or a list of them, a JSON object after a name, or one tag an
    argument after a name; of any other make they are said when their field is over. They can be
    constrained in the three forms that stream, where their anchors can be written.

    Args of the class:
        template: What is declared.
        reading: Makes what reads the calls, where there are any.
    """

    template: ClassVar[Template]
    reading: ClassVar[staticmethod[[Tools], Reader] | None]

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        super().__init__(tools)
        self._calls = self.reading(self.tools) if self.reading else None

    def parse(self, text: Scanner) -> Script[None]:
        implicit = next((field for field in self.template.fields.values() if not field.open), None)
        trim, into = implicit is None or implicit.strips, _into(implicit)
        index, fresh, again = 0, True, set[str]()
        # White space beside a mark is said where text follows; after thoughts and other marks not at all.
        gap, holds, drops = "", False, False
        while True:
            words = self.template.outside.pour(text, TextDelta, fresh=fresh, trim=trim)
            place, gap, said = yield from _words(words, into, gap, holds=holds, drops=drops)
            if place is None:
                return
            gap += place.gap if said or not drops else ""
            fresh, holds, drops = False, trim, place.key != CALLS
            text.unsaid()
            field = self.template.fields.get(place.key)
            if self._calls and field is self.template.calls:
                text.leave(place.said)
                index = yield from self._calls.read(text, index, place)
                if lost := text.unsaid():
                    yield TextDelta(gap + lost)
                    gap, holds = "", False
            elif field:
                lead = ("" if field.is_thought else gap) + (field.join if field.name in again else "")
                words = field.closes.pour(text, TextDelta, trim=field.strips)
                _, _, said = yield from _words(words, _into(field), lead, holds=False, drops=field.strips)
                if said:
                    again.add(field.name)
                    gap = gap if field.is_thought else ""

    def write(self, name: str, arguments: Mapping[str, Any]) -> str:
        said = self._calls.write(name, arguments) if self._calls else None
        if said is None:
            raise NotImplementedError(f"the template does not tell how a call of {name} is written")
        return said

    def grammar(self, *, most: int | None = None) -> Grammar | None:
        return self._calls.grammar(most) if self._calls else None


def declare(said: Any, *, calls: bool = True, thoughts: bool = True) -> type[Declared]:
    """The parser for a `response_template`.

    Args:
        said: The template, as `tokenizer_config.json` has it.
        calls, thoughts: Whether it is to read those; as text where not.

    Raises Unsupported where the template is none, asks for what cannot be done here, or has nothing to read.
    """
    try:
        return _declare(load(said), calls, thoughts)
    except (AttributeError, LookupError, RecursionError, TypeError) as error:
        raise Unsupported(f"it is malformed: {error}") from error


def _declare(template: Template, calls: bool, thoughts: bool) -> type[Declared]:
    wanted = {
        name: field
        for name, field in template.fields.items()
        if (calls or name != CALLS) and (thoughts or not field.is_thought)
    }
    template = replace(template, fields=wanted)
    field, thought = template.calls, template.thoughts
    if not (field or thought):
        raise Unsupported("it declares nothing of the kind")
    assert template.outside and all(field.closes for field in wanted.values())  # or they could not be looked for
    tags = (thought.open and thought.open.written(), thought.close and thought.close.written()) if thought else (None,)
    read = reading(field) if field else None
    said = {
        "template": template,
        "reading": read and staticmethod(read),
        "tags": tags if all(tags) else None,
        "begins_thinking": bool(thought and (not thought.open or thought.open.is_nothing)),
        "openings": (field.open.opening,) if field and field.open else (),
        "unsayable": read({}).unsayable if read else (),
    }
    return type("Declared", (Declared,), said)


def _into(field: Field | None) -> Into:
    return ReasoningDelta if field and field.is_thought else TextDelta


def _words(
    script: Script[Place[Any] | None], into: Into, lead: str, *, holds: bool, drops: bool
) -> Script[tuple[Place[Any] | None, str, bool]]:
    """Say what the script says as text.

    Args:
        into: Makes the events.
        lead: Said before the first words.
        holds: Whether white space is added to `lead`, and not said, as long as there are none.
        drops: Whether white space before them is dropped.

    Returns what the script returns, what is left of `lead`, and whether anything was said.
    """
    said = False
    while True:
        try:
            event = next(script)
        except StopIteration as end:
            return end.value, lead, said
        if event is None:
            yield None
            continue
        assert isinstance(event, TextDelta)
        words = event.text if said or not drops else event.text.lstrip()
        if holds and not said and not words.strip():
            lead += words
        elif words:
            yield into(lead + words)
            lead, said = "", True
