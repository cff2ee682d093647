"""OpenBMB's MiniCPM5."""

from __future__ import annotations

from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Invokes, Tagged
from mlxs.parsing.values import property_schema
from mlxs.requests import Schema


class Calls(Invokes):
    """`<function name="f"><param name="a">1</param></function>`, with no tag around it.

    A value may stand in `<![CDATA[...]]>`, and then have tags in it. As there is no tag around it, a
    function whose first parameter its tool does not have is text.

    https://huggingface.co/openbmb/MiniCPM5-1B/blob/main/chat_template.jinja
    """

    opening = closing = line = ""
    function = ("<function name=", ">", "</function>")
    parameter = ("<param name=", ">", "</param>")
    openings = ("<function name=",)
    closings = ()
    certain = True

    _quoted = False
    _sure = False

    @property
    def value_ends(self) -> tuple[str, ...]:
        return ("]]></param>",) if self._quoted else ("</param>",)

    @property
    def unsayable(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.value_ends if self._quoted else (*super().unsayable, "<![CDATA[")

    def call(self, text: Scanner, index: int, opening: str) -> Script[bool | None]:
        self._sure = False
        return (yield from super().call(text, index, opening))

    def read_tag(self, text: Scanner, name: str) -> Script[tuple[str, Schema | None] | str]:
        tag = yield from super().read_tag(text, name)
        if not (self._sure or isinstance(tag, str)):
            tool, key = self.tools.get(name), tag[0]
            self._sure = not (tool and tool.parameters.get("properties")) or property_schema(tool, key) is not None
            return tag if self._sure else ""
        return tag

    def read_value(self, text: Scanner, index: int, schema: Schema | None, root: Schema | None) -> Script[str]:
        self._quoted = bool((yield from text.match("<![CDATA[")))
        return (yield from super().read_value(text, index, schema, root))


class Thoughts(Tagged):
    """`<think>...</think>`."""

    ended_by = ('<function name="',)
