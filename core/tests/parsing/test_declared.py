"""Parsers made of a checkpoint's `response_template`: the kit's laws, the forms calls take, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlxs.hooks import hookimpl
from mlxs.parsing import read
from mlxs.parsing.declared import Unsupported, declare
from mlxs.plugins import Plugins
from mlxs.requests import Tool
from mlxs.specs import MadeSpec
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.drawn import chunks
from mlxs.testing.laws import Said, said
from mlxs.testing.parsers import allows
from mlxs.testing.reading import drawing

CALL = {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}
THOUGHT = {"open": "<muse>", "close": "</muse>"}


def template(calls: Any = None, **fields: Any) -> dict[str, Any]:
    """A template: thoughts in <muse>, calls as given, everything else content."""
    said: dict[str, Any] = {"thinking": THOUGHT, "content": {}, **fields}
    if calls:
        said["tool_calls"] = {"content": "json", "repeats": True, **calls}
    return {"version": 1, "defaults": {"role": "assistant"}, "start_anchor": "<bot>", "fields": said}


OBJECTS = template({"open": "<act>", "close": "</act>", "transform": {"type": "function", "function": "{content}"}})
LIST = template(
    {
        "open": ["[ACTS]", "[ACT]"],
        "close": "[/ACTS]",
        "repeats": False,
        "transform_each": True,
        "transform": {"function": {"name": "{tool}", "arguments": "{with}"}},
    }
)
NAMED = template({"open_pattern": r"<\|to=(?P<name>[\w.]+)(?: json)?\|>\s*", "close": "<|done|>", "transform": CALL})
TAGS = template(
    {
        "open_pattern": r"<act>\s*<do=(?P<name>\w+)>",
        "close": "</act>",
        "content": "xml-inline",
        "content_args": {
            "tag_pattern": r"<arg=(?P<key>\w+)>\s*(?P<value>.*?)\s*</arg>",
            "value_parser": {"name": "json", "args": {"allow_non_json": True}},
        },
        "transform": CALL,
    }
)
LINES = template({"open_pattern": r"<run (?P<name>\w+)>", "close": "</run>", "content": "kv-lines", "transform": CALL})
ODD_JSON = template(
    {
        "open_pattern": r"<\|call>(?P<name>\w+)",
        "close": "<call|>",
        "content_args": {"unquoted_keys": True, "string_delims": [["<q>", "</q>"]]},
        "transform": CALL,
    }
)
MARKED = {
    "start_anchor_pattern": r"<bot( \w+)?>",
    "fields": {
        "reasoning": {"open_pattern": r"<muse>\s*", "close": "</muse>"},
        "content": {"open": "<say>", "close_pattern": r"\n?</say>", "repeats": True, "join": "\n\n"},
        "tool_calls": {"open": "<act>", "close": "</act>", "content": "json", "repeats": True},
    },
}
TEMPLATES = {"objects": OBJECTS, "named": NAMED, "tags": TAGS, "marked": MARKED}

F = Tool(name="f", parameters={"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}}})


class Offers:
    """Each template, as a parser of both kinds."""

    @staticmethod
    def specs() -> Iterator[MadeSpec]:
        for name, declared in TEMPLATES.items():
            yield MadeSpec(name=name, target="mlxs.parsing.declared:declare", summary=name, kind=declare(declared))

    @hookimpl
    def mlxs_tool_parsers() -> Iterator[MadeSpec]:  # type: ignore[misc]
        yield from Offers.specs()

    @hookimpl
    def mlxs_reasoning_parsers() -> Iterator[MadeSpec]:  # type: ignore[misc]
        yield from Offers.specs()


Offers.__name__ = "mlxs"


class Kit:
    @pytest.fixture(scope="class")
    @classmethod
    def plugins(cls) -> Plugins:
        plugins = Plugins()
        plugins.add(Offers, "declared")
        return plugins


class TestObjects(Kit, ToolParserKit):
    parser = "objects"
    samples = {
        "two, text between": Sample(
            text='Hi\n<act>{"name": "f", "arguments": {}}</act> so <act>\n{"name":"g","arguments":{"b":[]}}\n</act>\n',
            content="Hi\n so",
            calls=(("f", {}), ("g", {"b": []})),
        ),
        "no call": Sample(text='<act>{"name": 5}</act> ok', content='<act>{"name": 5}</act> ok'),
    }


class TestNamed(Kit, ToolParserKit):
    parser = "named"
    samples = {
        "one": Sample(text='<|to=f.x json|>\n{"a": 1}<|done|>', calls=(("f.x", {"a": 1}),)),
        "cut short": Sample(text='Well <|to=f|>{"a": "b', content="Well", calls=(("f", '{"a": "b'),)),
    }


class TestTags(Kit, ReasoningParserKit):
    parser = "tags"
    samples = {
        "typed": Sample(
            text="<act>\n<do=f><arg=a>\n007 </arg>\n<arg=n>7</arg></act>",
            calls=(("f", {"a": "007", "n": 7}),),
            tools=(F,),
        ),
        "unknown": Sample(
            text="<muse>so</muse><act><do=g><arg=a>[1]</arg></do></act> ok",
            reasoning="so",
            content=" ok",
            calls=(("g", {"a": [1]}),),
        ),
    }


class TestMarked(Kit, ReasoningParserKit):
    parser = "marked"
    samples = {
        "prompted": Sample(text="so</muse> <say>a</say>", prompt="<bot x><muse>\n", reasoning="so", content="a"),
        "again": Sample(text="<say>a\n</say><bot>\n<say>b", content="a\n\nb"),
        "a call": Sample(text='<act>[{"name": "f"}]</act>', calls=(("f", {}),)),
    }


def reads(said_by: Any, text: str, *tools: Tool, prompt: str = "") -> Said:
    """What the text means by the template, cut anywhere."""
    sample, kind = Sample(text=text, tools=tools, prompt=prompt), declare(said_by)
    whole = said(sample.read(kind, text))

    @settings(drawing, max_examples=30)
    @given(chunks(text))
    def check(deltas: list[str]) -> None:
        assert said(sample.read(kind, *deltas)) == whole

    check()
    assert said(sample.read(kind, *text)) == whole
    return whole


def calls(answer: Said) -> list[tuple[str, Any]]:
    assert all(call.complete for call in answer.calls)
    return [(call.name, json.loads(call.arguments)) for call in answer.calls]


def test_a_list_of_calls() -> None:
    answer = reads(LIST, '[ACT] [{"id": "0", "tool": "f", "with": {"a": "x]"}},\n{"tool": "g", "with": {}}]\n[/ACTS]')
    assert (calls(answer), answer.content) == ([("f", {"a": "x]"}), ("g", {})], "")
    assert reads(LIST, "[ACT][] so").content == "[ACT][] so"


def test_lines() -> None:
    answer = reads(LINES, "<muse>so</muse>ok <run f>\na: 5\nn: 5\nno line\n</run>\n", F)
    assert (calls(answer), answer.content, answer.reasoning) == ([("f", {"a": "5", "n": 5})], "ok", "so")
    assert reads(LINES, "ok <run f>\na: 5").content == "ok <run f>\na: 5", "half a call is none"


def test_json_of_a_sort() -> None:
    answer = reads(ODD_JSON, '<|call>f{a:<q>x, b:"y\n</q>,c: [{d:1},true]}<call|>')
    assert calls(answer) == [("f", {"a": 'x, b:"y\n', "c": [{"d": 1}, True]})]
    assert reads(ODD_JSON, "<|call>f{a:}<call|> ok").content == "<|call>f{a:}<call|> ok"


def test_a_thought_that_is_begun() -> None:
    begun = template(thinking={"open_pattern": r"(?:^|<muse>\s*)", "close": "</muse>"})
    assert declare(begun).begins_thinking and not declare(OBJECTS).begins_thinking
    for text, prompt in (("so</muse>ok", ""), ("<muse>\nso</muse>ok", ""), ("so</muse>ok", "<bot><muse>\n")):
        answer = reads(begun, text, prompt=prompt)
        assert (answer.reasoning, answer.content) == ("so", "ok"), (text, prompt)


def test_parts() -> None:
    """What is read by another parser is text for this one."""
    text = '<muse>so</muse><act>{"name": "f", "arguments": {}}</act>'
    only_calls, only_thoughts = declare(OBJECTS, thoughts=False), declare(OBJECTS, calls=False)
    assert said(read(only_calls(), text)).content == "<muse>so</muse>"
    assert said(read(only_thoughts(), text)).content == text.removeprefix("<muse>so</muse>")
    assert only_calls.tags is None and only_thoughts.tags == ("<muse>", "</muse>")
    with pytest.raises(Unsupported, match="nothing of the kind"):
        declare(template(), thoughts=False)


@pytest.mark.parametrize("said_by", [OBJECTS, LIST, NAMED, TAGS], ids=["objects", "list", "named", "tags"])
def test_what_is_written_is_read_and_allowed(said_by: Any) -> None:
    arguments = {"a": "Hi there", "n": 5}
    strict = Tool(name="f", parameters={**F.parameters, "required": ["a", "n"], "additionalProperties": False})
    parser = declare(said_by)((strict,))
    text = parser.write("f", arguments)
    assert calls(reads(said_by, text, strict)) == [("f", arguments)]
    grammar = parser.grammar(most=1)
    assert grammar and allows(grammar, text) and not allows(grammar, text.replace("5", '"5"'))
    assert text.startswith(declare(said_by).openings)


@pytest.mark.parametrize("said_by", [LINES, ODD_JSON], ids=["lines", "odd json"])
def test_what_cannot_be_constrained(said_by: Any) -> None:
    parser = declare(said_by)((F,))
    assert parser.grammar() is None
    with pytest.raises(NotImplementedError, match="does not tell"):
        parser.write("f", {})


def test_what_says_something_else_is_text() -> None:
    """JSON that is no call, and names that the template promised and the answer has not."""
    deep = template({"open": "<a>", "close": "</a>", "transform": {"function": "{content.call}"}})
    assert calls(reads(deep, '<a>{"call": {"name": "f", "arguments": "{\\"a\\": 1}"}}</a>', F)) == [("f", {"a": 1})]
    for body in (
        "{}",
        "[]",
        "5",
        '{"call": 5}',
        '{"call": {"name": 5}}',
        '{"call": {"name": "f", "arguments": []}}',
        "{",
    ):
        assert reads(deep, f"<a>{body}</a> ok").content == f"<a>{body}</a> ok"


def test_a_name_that_the_opening_cannot_say() -> None:
    assert declare(TAGS)((Tool(name="not-a-word"),)).grammar() is None


REFUSED: dict[str, tuple[Any, str]] = {
    "no object": ([], "no object with fields"),
    "version": ({**OBJECTS, "version": 2}, "version 2"),
    "key": ({**OBJECTS, "begin": "x"}, "it has begin, which is not known"),
    "no start": ({"fields": {"content": {}}}, "no start_anchor"),
    "field": (template(audio={"open": "<a>"}), "field 'audio'"),
    "field's key": (template(content={"opens": "<a>"}), "its field content has opens"),
    "two openings": (template({"open": "<a>", "open_pattern": "<b>"}), "both open and open_pattern"),
    "empty": (template({"open": ""}), "for open"),
    "two implicit": (template(thinking={}), "several of its fields have no open"),
    "calls everywhere": (template({"close": "<a>"}, content={"open": "<b>"}), "tool_calls have no open"),
    "content": (template({"open": "<a>", "content": "yaml"}), "content 'yaml'"),
    "thought of json": (template(thinking={"open": "<a>", "content": "json"}), "more than text"),
    "text calls": (template({"open": "<a>", "content": "text"}), "no function"),
    "mixed": (template({"open": "<a>", "transform": {"function": "f{content}"}}), "neither text nor placeholder"),
    "each of nothing": (template({"open": "<a>", "transform_each": True}), "no transform"),
    "no tag": (template({"open": "<a>", "content": "xml-inline", "transform": CALL}), "tag_pattern"),
    "no regex": (template({"open_pattern": "(<a>"}), "no regular expression"),
    "look-ahead": (template({"open_pattern": "<a>(?=b)"}), "assert"),
    "back reference": (template({"open_pattern": r"(<a>)\1"}), "groupref"),
    "everywhere": (template({"open_pattern": r"\s*"}), "nothing at all"),
    "too long": (template({"open_pattern": "((a{99}){99}){99}"}), "too long"),
}


@pytest.mark.parametrize(("said_by", "why"), REFUSED.values(), ids=list(REFUSED))
def test_refused(said_by: Any, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        declare(said_by)


@pytest.mark.parametrize(
    "declared", [OBJECTS, LIST, NAMED, TAGS, MARKED], ids=["objects", "list", "named", "tags", "marked"]
)
def test_nonsense_is_refused_too(declared: Any) -> None:
    """Whatever a checkpoint says, it is followed or refused; never does it end the server."""
    wrong = st.sampled_from([None, 1, True, "", "x", "{content}", "(?P<key>", [], ["x"], [[]], {}, {"x": 1}])

    @drawing
    @given(st.lists(st.tuples(st.integers(0), wrong), min_size=1, max_size=3))
    def check(changes: list[tuple[int, Any]]) -> None:
        said_by = json.loads(json.dumps(declared))
        for number, value in changes:
            places = list(_places(said_by))
            where, key = places[number % len(places)]
            where[key] = deepcopy(value)
        try:
            kind = declare(said_by)
        except Unsupported:
            return
        parser = kind((F,))
        said([*parser.feed('<muse>so</muse><act>{"name": "f"}</act> ok'), *parser.finish()])
        parser.grammar()

    check()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in [
        *(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    ]:
        yield value, key
        yield from _places(inner)


ANSWERS = {
    "objects": (
        OBJECTS,
        '<muse>\nso\n</muse>\n\n<act>{"name": "f", "arguments": {"a": "é"}}</act><act>{"name": "g"}</act>',
    ),
    "text": (OBJECTS, "<muse>\nso\n</muse>\n\nHello\nyou!"),
    "list": (LIST, '[ACTS][{"tool": "f", "with": {"n": 1.5}}, {"tool": "g", "with": {}}][/ACTS]ok'),
    "named": (NAMED, '<muse>so</muse>ok<|to=f json|>\n{"a": [1, {}]}<|done|><|to=g|>{}<|done|>'),
    "tags": (TAGS, "<act>\n<do=f>\n<arg=b>\n7\n</arg>\n<arg=a>x y</arg><arg=n>7</arg>\n</do>\n</act>"),
    "lines": (LINES, "<run f>\na: x: y \n\n</run>"),
    "odd json": (ODD_JSON, "<|call>f{a:<q>x, b:1</q>,c:[{d:null}]}<call|>"),
    "marked": (MARKED, "<muse> so</muse><say>a\n</say><bot x> <say>b</say>"),
}


@pytest.mark.parametrize(("said_by", "text"), ANSWERS.values(), ids=list(ANSWERS))
def test_transformers_means_the_same(said_by: Any, text: str) -> None:
    parsing = pytest.importorskip("transformers.utils.chat_parsing")
    tools = [{"type": "function", "function": {"name": F.name, "parameters": F.parameters}}]
    theirs = parsing.parse_response(text, said_by, prefix="", tools=tools)
    ours = reads(said_by, text, F)
    assert ours.content == theirs.get("content", "")
    assert ours.reasoning == theirs.get("thinking", theirs.get("reasoning", ""))
    functions = [call["function"] for call in theirs.get("tool_calls", ())]
    assert calls(ours) == [(function["name"], function.get("arguments", {})) for function in functions]
