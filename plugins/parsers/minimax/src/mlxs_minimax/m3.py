"""MiniMax M3: a tag per argument that is named like the argument, and nested where the argument is."""

from __future__ import annotations

from typing import Any

from mlxs.events import ToolCallArguments
from mlxs.grammar import Grammar, Lit, Many, Seq
from mlxs.parsing import Scanner, Script
from mlxs.parsing.formats import Invokes, Tagged, bare_value
from mlxs.parsing.values import is_text, kinds, member_schema, text_of
from mlxs.requests import Schema

from .nested import Node

MARK = "]<]minimax[>["
OPEN, CLOSE = f"{MARK}<", f"{MARK}</"
ENDS = ("invoke", "tool_call")


class MiniMaxM3(Invokes):
    """`]<]minimax[>[<tool_call>]<]minimax[>[<invoke name="f">]<]minimax[>[<a>1]<]minimax[>[</a>...`.

    Objects are tags in a tag, arrays are `item` tags; what is in none of them is typed by the tool's
    schema.

    https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/minimax_m3_tool_parser.py
    """

    opening, closing = f"{MARK}<tool_call>", f"{MARK}</tool_call>"
    certain = tight = True
    unclosed = ""

    @property
    def function(self) -> tuple[str, str, str]:  # type: ignore[override]
        return f"{OPEN}invoke name=", ">", f"{CLOSE}invoke>"

    @property
    def parameter(self) -> tuple[str, str, str]:  # type: ignore[override]
        return OPEN, ">", CLOSE

    def read_tag(self, text: Scanner, name: str) -> Script[tuple[str, Schema | None] | str]:
        key, end = yield from text.take(">", MARK)
        if end == ">" and not key.startswith("/"):
            return key.strip(), member_schema(self.root(name), key.strip(), self.root(name))
        yield from text.space()
        return (yield from text.match(*self.parameter_marks, *self.call_ends)) if end == ">" else ""

    def read_value(self, text: Scanner, index: int, schema: Schema | None, root: Schema | None) -> Script[str]:
        nested = not kinds(schema, root) or not kinds(schema, root).isdisjoint({"object", "array"})
        mark = yield from text.match(CLOSE, OPEN)
        if not mark and is_text(schema, root):
            yield ToolCallArguments(index, '"')
            mark = yield from text.pour(
                lambda piece: ToolCallArguments(index, text_of(piece)[1:-1]), CLOSE, OPEN, cut_short=False
            )
            if mark:
                yield ToolCallArguments(index, '"')
        else:
            raw = ""
            if not mark:
                raw, mark = yield from text.take(CLOSE, OPEN)
            tree = Node("", schema, root, [raw])
            if nested and mark == OPEN and not raw.strip():
                mark = yield from self._nested(text, tree)
            if mark:
                yield ToolCallArguments(index, tree.json())
        return (yield from self._closed(text)) if mark == CLOSE else mark

    def _nested(self, text: Scanner, tree: Node) -> Script[str]:
        """Read the tags in a value, from the first one's name on. Returns the mark that ends the value."""
        nodes, mark = [tree], OPEN
        while mark:
            if mark == OPEN:
                key, end = yield from text.take(">")
                if not end:
                    return ""
                nodes.append(nodes[-1].child(key.strip()))
            elif len(nodes) == 1:
                return CLOSE
            else:
                closing = yield from self._closed(text)
                # Where the call ends, so do all the tags that were not closed.
                for node in reversed(nodes[1:] if closing in self.call_ends else nodes[-1:]):
                    nodes.pop()
                    nodes[-1].children.append((node.key, node.json()))
                if closing != CLOSE:
                    return closing
            said, mark = yield from text.take(CLOSE, OPEN)
            nodes[-1].text.append(said)
        return ""

    def _closed(self, text: Scanner) -> Script[str]:
        """Read the name in a closing tag. Returns the whole tag where it ends the call."""
        name, end = yield from text.take(">")
        tag = f"{CLOSE}{name}{end}"
        return tag if tag in self.call_ends else CLOSE if end else ""

    def write_parameter(self, name: str, key: str, value: Any) -> str:
        root = self.root(name)
        return f"{OPEN}{key}>{_written(value, member_schema(root, key, root), root)}{CLOSE}{key}>"

    def parameter_grammar(self, key: str, schema: Schema, root: Schema) -> Grammar:
        return Seq((Lit(f"{OPEN}{key}>"), _inside(schema, root, f"{CLOSE}{key}>")))


def _tags(schema: Schema | None, root: Schema | None) -> dict[str, Schema]:
    """The members of an object that is written as tags in a tag; none where it is written as JSON."""
    properties = (schema or {}).get("properties")
    if kinds(schema, root) != {"object"} or not isinstance(properties, dict):
        return {}
    sayable = all(key and key == key.strip() and key not in ENDS and not set("<>/\n") & set(key) for key in properties)
    return properties if sayable else {}


def _written(value: Any, schema: Schema | None, root: Schema | None) -> str:
    tags = _tags(schema, root)
    if isinstance(value, dict) and tags and value.keys() <= tags.keys():
        return "".join(f"{OPEN}{key}>{_written(each, tags[key], root)}{CLOSE}{key}>" for key, each in value.items())
    return value if isinstance(value, str) and is_text(schema, root) else text_of(value)


def _inside(schema: Schema, root: Schema, end: str) -> Grammar:
    """What may stand in a tag, and the end after it."""
    if not (tags := _tags(schema, root)):
        return Seq(bare_value(schema, root, end))
    required = schema.get("required") or ()
    members = [
        (key, Seq((Lit(f"{OPEN}{key}>"), _inside(value, root, f"{CLOSE}{key}>")))) for key, value in tags.items()
    ]
    return Seq((*(part if key in required else Many(part, 0, 1) for key, part in members), Lit(end)))


class MiniMaxM3Thoughts(Tagged):
    """`<mm:think>...</mm:think>`; a call ends a thought too."""

    opening, closing = "<mm:think>", "</mm:think>"
    ended_by = (MiniMaxM3.opening,)
