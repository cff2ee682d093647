"""IFM's K2 Horizon.

https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/k2_horizon_tool_parser.py
"""

from __future__ import annotations

import json

from mlxs.events import ToolCallArguments
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Tagged, TaggedPairs
from mlxs.parsing.values import kinds, property_schema, text_of, typed


class Calls(TaggedPairs):
    """A name and tagged pairs, or a JSON object, in `<ifm|tool_call>`; all calls in `<ifm|tool_calls>`.

    A value's type may be told before it; the tool's schema wins. It types arguments in JSON too: the
    model writes numbers in quotes, and strings without.
    """

    opening, closing = "<ifm|tool_call>", "</ifm|tool_call>"
    block = "<ifm|tool_calls>", "</ifm|tool_calls>"
    key = "<ifm|arg_key>", "</ifm|arg_key>"
    told = "<ifm|arg_type>", "</ifm|arg_type>"
    value = "<ifm|arg_value>", "</ifm|arg_value>"
    line = ""

    def read_arguments(self, text: Scanner, index: int, name: str) -> Script[bool]:
        separator = ""
        while True:
            yield from text.space()
            if (yield from text.match("}")):
                yield ToolCallArguments(index, "}")
                return True
            key = yield from self.read_key(text)
            if not key:
                return False
            yield ToolCallArguments(index, f"{separator}{text_of(key)}: ")
            separator = ", "
            schema, root = property_schema(self.tools.get(name), key), self.root(name)
            allowed, quoted = kinds(schema, root), (yield from text.peek()) == '"'
            if not allowed or (quoted and "string" in allowed) or not (quoted or allowed == {"string"}):
                if not (yield from text.json(lambda piece: ToolCallArguments(index, piece))):
                    return False
            elif value := (yield from text.value()):
                yield ToolCallArguments(index, typed(json.loads(value) if quoted else value, schema, root))
            else:
                return False
            yield from text.space()
            yield from text.match(",")


class Thoughts(Tagged):
    """All before `</ifm|think>`; the effort asked for chooses the tag that opens, and the model how it closes."""

    opening, closing = "<ifm|think>", "</ifm|think>"
    others = (("<ifm|think_fast>", "</ifm|think_fast>"), ("<ifm|think_faster>", "</ifm|think_faster>"))
    begins_thinking = True
    ended_by = ("<ifm|tool_calls>",)
