"""xLAM's calls: the published kit, and other models' marks."""

from __future__ import annotations

import pytest

from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_llama.xlam import Calls


class TestXlam(ToolParserKit):
    parser = "xlam"
    samples = {
        "a block": Sample(
            text='So:\n```json\n[{"name": "row", "arguments": {"n": 2}}, {"name": "b", "arguments": {}}]\n```',
            content="So:",
            calls=(("row", {"n": 2}), ("b", {})),
        ),
        "no call": Sample(
            text='```json\n[{"name": "x", "age": 3}]\n``` [1]', content='```json\n[{"name": "x", "age": 3}]\n``` [1]'
        ),
    }


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "a", "arguments": {"x": 1}, "id": "0"}]',
        '<tool_call>[{"name": "a", "arguments": {"x": 1}}]</tool_call>',
        '[TOOL_CALLS] [{"name": "a", "arguments": {"x": 1}}]',
    ],
)
def test_other_ways_to_say_it(text: str) -> None:
    answer = said(Sample(text=text).read(Calls, *text))
    assert [(call.name, call.arguments, call.complete) for call in answer.calls] == [("a", '{"x": 1}', True)]
    assert not answer.content
