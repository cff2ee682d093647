"""Which parser a model gets: what was asked for, declared, marked, inferred, or none; and the reason that is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mlxs.backends import ModelInfo
from mlxs.catalog import Catalog
from mlxs.choice import converter, parsers
from mlxs.dialect import Dialect
from mlxs.hooks import hookimpl
from mlxs.parsing import read
from mlxs.plugins import Plugins
from mlxs.probing.probes import CALLS, THOUGHT, WORDS
from mlxs.requests import Tool
from mlxs.specs import ConverterSpec, ReasoningParserSpec, ToolParserSpec
from mlxs.testing.laws import said
from mlxs.worker import wire

DECLARED: dict[str, Any] = {
    "start_anchor": "<bot>",
    "fields": {
        "thinking": {"open": "<muse>", "close": "</muse>"},
        "content": {},
        "tool_calls": {
            "open": "<act>",
            "close": "</act>",
            "content": "json",
            "repeats": True,
            "transform": {"type": "function", "function": "{content}"},
        },
    },
}
ANSWER = '<muse>so</muse><act>{"name": "f", "arguments": {}}</act>'


def wrote(call: str) -> dict[str, str]:
    """What a template makes of the probes that writes calls and thoughts so."""
    one, two = (call % json.dumps({"name": name, "arguments": arguments}) for name, arguments in CALLS)
    said = {"words": WORDS, "thought": f"<idea>{THOUGHT}</idea>{WORDS}", "call": one, "calls": f"{one}\n{two}"}
    return {name: f"<user>Hello.\n<bot>{text}<end>" for name, text in said.items()}


MARKED = ModelInfo(chat_template="in <call> and <thought>")
PROBED = ModelInfo(chat_template="in <doing>", probes=wrote("<doing>%s</doing>"))


class Offers:
    @hookimpl
    def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:  # type: ignore[misc]
        yield ToolParserSpec(name="acme", target="mlxs.parsing.formats:TaggedJson", marks=("<call>",))

    @hookimpl
    def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:  # type: ignore[misc]
        yield ReasoningParserSpec(name="acme", target="mlxs.parsing.formats:Tagged", marks=("<thought>",))

    @hookimpl
    def mlxs_converters() -> Iterator[ConverterSpec]:  # type: ignore[misc]
        yield ConverterSpec(name="arguments_as_objects", target="nowhere:it")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins(only=())
    plugins.add(Offers, "offers")
    return Catalog(plugins)


def test_before_it_is_loaded(catalog: Catalog) -> None:
    tools, reasoning = parsers(catalog, "auto", "acme", None)
    assert (tools.spec, reasoning.name, reasoning.why) == (None, "acme", "asked for")


def test_what_is_asked_for_comes_first(catalog: Catalog) -> None:
    info = ModelInfo(response_template=DECLARED, chat_template=MARKED.chat_template, probes=PROBED.probes)
    tools, reasoning = parsers(catalog, "acme", "none", info)
    assert (tools.name, tools.why, reasoning.name, reasoning.why) == ("acme", "asked for", "none", "asked for")


def test_then_what_is_declared(catalog: Catalog) -> None:
    info = ModelInfo(response_template=DECLARED, chat_template=MARKED.chat_template, probes=PROBED.probes)
    tools, reasoning = parsers(catalog, "auto", "auto", info)
    assert tools.spec is reasoning.spec, "one parser reads both"
    assert (tools.name, tools.why) == ("declared", "the checkpoint declares it")
    parser = Dialect(tools, reasoning, converter(catalog.converters, "auto", tools.spec)).parser([Tool(name="f")])
    answer = said(read(parser, ANSWER))
    assert (answer.reasoning, answer.content, [call.name for call in answer.calls]) == ("so", "", ["f"])


def test_what_is_declared_beside_what_is_asked_for(catalog: Catalog) -> None:
    """What is declared of calls is text where another parser, or none, was asked for."""
    tools, reasoning = parsers(catalog, "none", "auto", ModelInfo(response_template=DECLARED))
    assert (tools.name, reasoning.name) == ("none", "declared")
    parser = Dialect(tools, reasoning, converter(catalog.converters, "auto", None)).parser([Tool(name="f")])
    answer = said(read(parser, ANSWER))
    assert (answer.reasoning, answer.content) == ("so", ANSWER.partition("</muse>")[2])


def test_what_is_declared_of_one_only(catalog: Catalog) -> None:
    fields = {name: field for name, field in DECLARED["fields"].items() if name != "tool_calls"}
    info = ModelInfo(response_template={**DECLARED, "fields": fields}, chat_template=MARKED.chat_template)
    tools, reasoning = parsers(catalog, "auto", "auto", info)
    assert (tools.name, reasoning.name) == ("acme", "declared")


@pytest.mark.parametrize("info", [MARKED, PROBED, ModelInfo()], ids=["marked", "probed", "nothing"])
def test_what_is_declared_and_cannot_be_followed(catalog: Catalog, info: ModelInfo) -> None:
    from dataclasses import replace

    refused = {**DECLARED, "version": 2}
    for choice, without in zip(
        parsers(catalog, "auto", "auto", replace(info, response_template=refused)),
        parsers(catalog, "auto", "auto", info),
        strict=True,
    ):
        assert choice.name == without.name
        reason = "its response_template cannot be followed: it is of version 2, and only 1 is known"
        assert choice.why == f"{without.why}; {reason}"


def test_then_marks(catalog: Catalog) -> None:
    info = ModelInfo(chat_template=MARKED.chat_template, probes=PROBED.probes)
    tools, reasoning = parsers(catalog, "auto", "auto", info)
    assert (tools.name, tools.why) == ("acme", "the chat template has '<call>'")
    assert (reasoning.name, reasoning.why) == ("acme", "the chat template has '<thought>'")


def test_then_probes(catalog: Catalog) -> None:
    tools, reasoning = parsers(catalog, "auto", "auto", PROBED)
    assert (tools.name, tools.why) == ("inferred", "inferred from the chat template: <doing>{...}</doing>")
    assert (reasoning.name, reasoning.why) == ("inferred", "inferred from the chat template: <idea>...</idea>")
    assert converter(catalog.converters, "auto", tools.spec).name == "arguments_as_objects"
    parser = Dialect(tools, reasoning, converter(catalog.converters, "none", None)).parser([Tool(name="f")])
    answer = said(read(parser, '<idea>so <doing>\n{"name": "f", "arguments": {}}</doing>'))
    assert (answer.reasoning, [call.name for call in answer.calls]) == ("so", ["f"]), "a call ends a thought"


def test_then_none(catalog: Catalog) -> None:
    probes = {"words": f"<bot>{WORDS}", "call": "<bot>I would look it up."}
    tools, reasoning = parsers(catalog, "auto", "auto", ModelInfo(chat_template="talk", probes=probes))
    assert (tools.name, tools.why) == ("none", "nothing in the chat template tells")
    assert (reasoning.name, reasoning.why) == ("none", "nothing in the chat template tells")


def test_no_converter_that_is_not_there() -> None:
    here = Catalog(Plugins(only=()))
    tools, _ = parsers(here, "auto", "auto", PROBED)
    assert tools.name == "inferred"
    assert converter(here.converters, "auto", tools.spec).name == "none"


def test_all_of_it_crosses_to_the_server() -> None:
    info = ModelInfo(response_template=DECLARED, probes=PROBED.probes)
    assert wire.load(ModelInfo, json.loads(json.dumps(wire.dump(info)))) == info
