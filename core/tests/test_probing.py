"""Formats inferred from what chat templates make of calls and thoughts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given

from mlxs.parsing.formats import Invokes, JsonCalls, NamedJson, TaggedJson, TaggedPairs, TaggedParameters
from mlxs.probing import calls, objects_fit, thoughts
from mlxs.reading import answer, events_of
from mlxs.requests import Tool
from mlxs.testing.drawn import chunks
from mlxs.testing.parsers import allows
from mlxs.testing.reading import drawing
from mlxs.text import TextBackend

jinja2 = pytest.importorskip("jinja2")

TOOL = Tool(
    name="f",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "string"}, "n": {"type": "integer"}},
        "required": ["a", "n"],
        "additionalProperties": False,
    },
)
ARGUMENTS = {"a": "x y", "n": 5}
VALUE = "{{ v if v is string else v | tojson }}"


class Rendering:
    """Enough of a backend to put probes to a template."""

    probes = TextBackend.probes

    def __init__(self, calls: str, *, thought: str = "", words: str = "{{ m.content }}") -> None:
        environment = jinja2.Environment(trim_blocks=True)
        environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
        said = "{% if m.reasoning_content %}" + thought + "{% endif %}" + words + calls
        self._template = environment.from_string(
            "<|system|>{{ tools | length }}{% for m in messages %}<|{{ m.role }}|>\n" + said + "<|end|>\n{% endfor %}"
        )

    def render(self, messages: Sequence[Any], tools: Any, variables: Mapping[str, Any]) -> str:
        return str(self._template.render(messages=messages, tools=tools, **variables))


def probed(calls: str, **parts: str) -> dict[str, str]:
    return Rendering(calls, **parts).probes()  # type: ignore[arg-type]


def each(call: str, between: str = "") -> str:
    return "{% for c in m.tool_calls %}" + call + "{% if not loop.last %}" + between + "{% endif %}{% endfor %}"


def several(before: str, calls: str, after: str) -> str:
    return "{% if m.tool_calls %}" + before + calls + after + "{% endif %}"


def walked(argument: str) -> str:
    return "{% for k, v in c.function.arguments.items() %}" + argument + "{% endfor %}"


def json_of(name: str, arguments: str) -> str:
    return "{{ {'" + name + "': c.function.name, '" + arguments + "': c.function.arguments} | tojson }}"


PARAMETERS = (
    "<act>\n<do={{ c.function.name }}>\n" + walked(f"<with={{{{ k }}}}>\n{VALUE}\n</with>\n") + "</do>\n</act>\n"
)
INVOKE = (
    '<x:invoke name="{{ c.function.name }}">\n'
    + walked(f'<x:parameter name="{{{{ k }}}}">{VALUE}</x:parameter>\n')
    + "</x:invoke>\n"
)
PAIRS = "<act>{{ c.function.name }}\n" + walked(f"<k>{{{{ k }}}}</k>\n<v>{VALUE}</v>\n") + "</act>"
NAMED = "<|call|>{{ c.function.name }}<|with|>{{ c.function.arguments | tojson }}<|done|>"

TEMPLATES: dict[str, tuple[str, type, str, str]] = {
    "json": (
        each("<acme_call>\n" + json_of("name", "arguments") + "\n</acme_call>\n"),
        TaggedJson,
        "<acme_call>{...}</acme_call>",
        '<acme_call>{"name": "f", "arguments": {"a": "x y", "n": 5}}</acme_call>',
    ),
    "json, other keys, no end": (
        each("[CALL] " + json_of("tool", "with") + "\n"),
        TaggedJson,
        "[CALL]{...}",
        '[CALL]{"tool": "f", "with": {"a": "x y", "n": 5}}',
    ),
    "list": (
        several("<acts>[", each(json_of("tool", "with"), ", "), "]</acts>"),
        JsonCalls,
        "<acts>[...]</acts>",
        '<acts>[{"tool": "f", "with": {"a": "x y", "n": 5}}]</acts>',
    ),
    "list, name as key": (
        several("<acts>[", each("{{ {c.function.name: c.function.arguments} | tojson }}", ", "), "]</acts>"),
        JsonCalls,
        "<acts>[...]</acts>",
        '<acts>[{"f": {"a": "x y", "n": 5}}]</acts>',
    ),
    "named": (
        each(NAMED),
        NamedJson,
        "<|call|>...<|with|>{...}<|done|>",
        '<|call|>f<|with|>{"a": "x y", "n": 5}<|done|>',
    ),
    "named, in a section": (
        several("<|calls|>", each(NAMED), "<|calls_done|>"),
        NamedJson,
        "<|call|>...<|with|>{...}<|done|>",
        '<|calls|><|call|>f<|with|>{"a": "x y", "n": 5}<|done|><|calls_done|>',
    ),
    "named, no section, no end": (
        each("[CALL]{{ c.function.name }}[ARGS]{{ c.function.arguments | tojson }}"),
        NamedJson,
        "[CALL]...[ARGS]{...}",
        '[CALL]f[ARGS]{"a": "x y", "n": 5}',
    ),
    "parameters": (
        each(PARAMETERS),
        TaggedParameters,
        "<act><do=...><with=...>",
        "<act>\n<do=f>\n<with=a>\nx y\n</with>\n<with=n>\n5\n</with>\n</do>\n</act>",
    ),
    "parameters, tight": (
        each(PARAMETERS.replace("\n", "")),
        TaggedParameters,
        "<act><do=...><with=...>",
        "<act><do=f><with=a>x y</with><with=n>5</with></do></act>",
    ),
    "invoke": (
        several("<x:calls>\n", each(INVOKE), "</x:calls>"),
        Invokes,
        '<x:calls><x:invoke name="..."><x:parameter name="...">',
        '<x:calls>\n<x:invoke name="f">\n<x:parameter name="a">x y</x:parameter>\n'
        '<x:parameter name="n">5</x:parameter>\n</x:invoke>\n</x:calls>',
    ),
    "pairs": (
        each(PAIRS),
        TaggedPairs,
        "<act>...<k>...</k>\n<v>",
        "<act>f\n<k>a</k>\n<v>x y</v>\n<k>n</k>\n<v>5</v>\n</act>",
    ),
}


@pytest.mark.parametrize(("template", "base", "mark", "said"), TEMPLATES.values(), ids=list(TEMPLATES))
def test_inferred(template: str, base: type, mark: str, said: str) -> None:
    probes = probed(template)
    found = calls(probes)
    assert found and issubclass(found.kind, base)
    assert found.mark == mark
    assert objects_fit(found.kind, probes)
    parser = found.kind((TOOL,))
    grammar, written = parser.grammar(most=1), parser.write("f", ARGUMENTS)
    assert grammar and allows(grammar, written)

    @drawing
    @given(chunks(f"Well: {said}"))
    def check(deltas: list[str]) -> None:
        read = answer(events_of(deltas, found.kind, tools=(TOOL,)))
        assert [(name, json.loads(said)) for name, said in read.tool_calls] == [("f", ARGUMENTS)]
        assert read.content == "Well:"

    check()
    assert answer(events_of([written], found.kind, tools=(TOOL,))).tool_calls


@pytest.mark.parametrize(
    "template",
    [
        "",
        each("I call {{ c.function.name }} now."),
        each(json_of("name", "arguments")),
        each("<act>" + json_of("name", "nothing").replace(".arguments}", ".nothing}") + "</act>"),
        each("<act>{{ c.function.name }}{{ c.function.arguments | length }}</act>"),
        "{% if m.tool_calls %}{{ nothing.at.all }}{% endif %}",
        "{% if m.tool_calls %}<act>{{ m.tool_calls[0].function | tojson }}</act>{% endif %}",
    ],
    ids=["nothing", "prose", "bare JSON", "no arguments", "a count", "refused", "only the first call"],
)
def test_nothing_is_inferred(template: str) -> None:
    assert calls(probed(template)) is None


def test_calls_as_text() -> None:
    """Where the template prints the arguments as they are, they must be text."""
    text = '<act>{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments }}}</act>'
    found = calls(probed(each(text)))
    assert found and not objects_fit(found.kind, probed(each(text)))


def test_one_call_only() -> None:
    template = "{% if m.tool_calls | length > 1 %}{{ nothing.at.all }}{% endif %}" + TEMPLATES["json"][0]
    probes = probed(template)
    assert "calls" not in probes
    found = calls(probes)
    assert found and found.mark == "<acme_call>{...}</acme_call>"


@pytest.mark.parametrize(
    ("thought", "mark"),
    [
        ("<muse>\n{{ m.reasoning_content }}\n</muse>\n\n", "<muse>...</muse>"),
        ("[THINK]{{ m.reasoning }}[/THINK]", "[THINK]...[/THINK]"),
        ("◁muse▷{{ m.thinking }}◁/muse▷", "◁muse▷...◁/muse▷"),
    ],
)
def test_thoughts(thought: str, mark: str) -> None:
    found = thoughts(probed("", thought=thought), begins=("<act>{",))
    assert found and found.mark == mark
    opening, closing = mark.split("...")
    read = answer(events_of(f"{opening}so\n{closing}\n\nyes", None, found.kind))
    assert (read.reasoning, read.content) == ("so", "yes")
    read = answer(events_of(f"{opening}so <act>{{", None, found.kind))
    assert (read.reasoning, read.content) == ("so", "<act>{")


@pytest.mark.parametrize(
    ("thought", "words"),
    [
        ("", "{{ m.content }}"),
        ("{{ m.reasoning_content }}\n", "{{ m.content }}"),
        ("{{ m.reasoning_content }}<|end|><|assistant|>", "{{ m.content }}"),
        ("<|as|>muse<|say|>{{ m.reasoning_content }}<|end|>", "<|as|>final<|say|>{{ m.content }}"),
    ],
    ids=["dropped", "no tags", "a turn of its own", "a channel"],
)
def test_no_thoughts(thought: str, words: str) -> None:
    assert thoughts(probed("", thought=thought, words=words)) is None


def test_thoughts_beside_an_empty_thought() -> None:
    """Templates write an empty thought where there is none."""
    words = "{% if m.role == 'assistant' and not m.reasoning_content %}<muse>\n\n</muse>\n\n{% endif %}{{ m.content }}"
    probes = probed(TEMPLATES["json"][0], thought="<muse>\n{{ m.reasoning_content }}\n</muse>\n\n", words=words)
    found, thought = calls(probes), thoughts(probes)
    assert found and found.mark == "<acme_call>{...}</acme_call>" and thought and thought.mark == "<muse>...</muse>"
