"""A model that knows nothing still makes a call, where its family's grammar demands one.

The model here is chance: any token that the grammar allows, all equally likely, is said next. Its
tokens are the demo model's, and in a second round the family's own marks are tokens too.
"""

from __future__ import annotations

import json
import random
import re
from functools import cache

import pytest
from jsonschema import Draft202012Validator

import mlxs_demo
from mlxs.catalog import Catalog
from mlxs.constraint import Vocabulary
from mlxs.events import ToolCallArguments, ToolCallEnd, ToolCallStart
from mlxs.parsing import ToolParser, read
from mlxs.plugins import Plugins
from mlxs.requests import Tool

TOOLS = (
    Tool(
        name="set_light",
        parameters={
            "type": "object",
            "properties": {
                "room": {"enum": ["hall", "living room"]},
                "brightness": {"type": "integer", "minimum": 0, "maximum": 100},
                "on": {"type": "boolean"},
            },
            "required": ["room", "brightness"],
            "additionalProperties": False,
        },
    ),
    Tool(name="get_time", parameters={"type": "object", "properties": {}, "additionalProperties": False}),
)
SPECIAL = re.compile(r"<\|[^<>|]+\|>|<\uff5c[^<>]+?\uff5c>|\[/?[A-Z_]+\]|</?[a-z_:|]+>")


@cache
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


def families() -> list[str]:
    return catalog().tool_parsers.names()


def vocabulary(marks: frozenset[str]) -> tuple[Vocabulary, list[bytes]]:
    """The demo's tokens, and these marks as special ones; and what each token says."""
    tokenizer = json.loads((mlxs_demo.directory() / "tokenizer.json").read_text())
    size = 1024
    for mark in sorted(marks - {token["content"] for token in tokenizer["added_tokens"]}):
        added = {"id": size, "content": mark, "special": True, "normalized": False}
        flags = {"single_word": False, "lstrip": False, "rstrip": False}
        tokenizer["added_tokens"].append({**added, **flags})
        size += 1
    ids = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    made = Vocabulary(json.dumps(tokenizer), size, [2, 0], ids)
    return made, [made.spelling(id) for id in range(size)]


@pytest.mark.parametrize("special", [False, True], ids=["letters", "tokens"])
@pytest.mark.parametrize("name", families())
def test_chance_makes_a_call(name: str, special: bool) -> None:
    kind: type[ToolParser] = catalog().tool_parsers.load(name)
    parser = kind(TOOLS)
    grammar = parser.grammar(most=1)
    if grammar is None:
        assert not parser.grammar()  # it says so whatever is asked
        return
    said = kind(TOOLS).write("set_light", {"room": "hall", "brightness": 3, "on": True})
    known, spellings = vocabulary(frozenset(SPECIAL.findall(said)) if special else frozenset())
    for seed in range(3):
        matcher, draw, answer = known.matcher(grammar), random.Random(seed), b""
        for _ in range(400):
            token = draw.choice([id for id, allowed in enumerate(matcher.allowed()) if allowed])
            if token in (2, 0):
                break
            answer += spellings[token]
            matcher.take(token)
        check(kind(TOOLS), answer.decode())


def check(parser: ToolParser, answer: str) -> None:
    events = read(parser, answer)
    names = [event.name for event in events if isinstance(event, ToolCallStart)]
    assert len(names) == 1, answer
    (tool,) = (tool for tool in TOOLS if tool.name == names[0])
    arguments = "".join(event.json for event in events if isinstance(event, ToolCallArguments))
    Draft202012Validator(dict(tool.parameters)).validate(json.loads(arguments))
    assert [event.complete for event in events if isinstance(event, ToolCallEnd)] == [True], answer
