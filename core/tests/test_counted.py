"""What an answer took, and when it is enough."""

from __future__ import annotations

from mlxs.backends import Prompted
from mlxs.events import TextDelta, ToolCallEnd, ToolCallStart
from mlxs.server.counted import Counted


def test_nothing_passes_after_the_last_call_that_may_be_made() -> None:
    counted = Counted(Prompted(1), most=1)
    first = [ToolCallStart(0, "f"), ToolCallEnd(0)]
    assert list(counted.see([*first, ToolCallStart(1, "f")], 1)) == first
    assert list(counted.see([TextDelta("and"), ToolCallStart(1, "f"), ToolCallEnd(1)], 1)) == []
    assert counted.enough
