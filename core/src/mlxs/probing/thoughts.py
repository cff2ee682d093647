"""The tags around a chat template's thoughts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..parsing.formats import Tagged
from ..reading import answer, events_of
from .probes import THOUGHT, WORDS
from .spoken import Inferred

_BEFORE = re.compile(r"(<[^<>\s]+>|\[[^\[\]\s]+\]|◁[^◁▷\s]+▷)\s*\Z")
_AFTER = re.compile(r"\s*(<[^<>\s]+>|\[[^\[\]\s]+\]|◁[^◁▷\s]+▷)")


def thoughts(probes: Mapping[str, str], begins: tuple[str, ...] = ()) -> Inferred | None:
    """The parser that reads the template's own thoughts; None where no pair of tags stands around them.

    Args:
        begins: What calls begin with, which end a thought too.
    """
    before, thought, after = probes.get("thought", "").partition(THOUGHT)
    opens, closes = _BEFORE.search(before), _AFTER.match(after)
    if not (thought and opens and closes) or _heads(probes, opens[1]):
        return None
    kind = type("Inferred", (Tagged,), {"opening": opens[1], "closing": closes[1], "ended_by": begins})
    said = f"{before[opens.start() :]}{thought}{after[: after.find(WORDS)]}{WORDS}"
    for chunks in ([said], list(said)):
        read = answer(events_of(chunks, None, kind))
        if (read.reasoning, read.content) != (THOUGHT, WORDS):
            return None
    return Inferred(kind, f"{opens[1]}...{closes[1]}")


def _heads(probes: Mapping[str, str], tag: str) -> bool:
    """Whether the tag stands before words that nobody thought about: it tells who speaks."""
    found = _BEFORE.search(probes.get("words", "").rpartition(WORDS)[0])
    return found is not None and found[1] == tag
