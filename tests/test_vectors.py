"""Real outputs of models, with the results that other engines expect of them.

They lie beside the checkout, and only there; where they are not, there is nothing to test. What
contradicts a law of ours is listed in vectors.toml, with the reason.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from typing import Any

import pytest
from house import HOUSE

from mlxs.catalog import Catalog, CatalogError
from mlxs.events import merge
from mlxs.plugins import Plugins
from mlxs.reading import Answer, answer, events_of
from mlxs.requests import Tool

VECTORS = HOUSE.parent / "shared" / "vectors" / "vectors.jsonl"
EXCEPTED: dict[str, str] = tomllib.loads((HOUSE / "tests/vectors.toml").read_text())


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return []
    read = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    return [pytest.param(vector, id=vector["id"]) for vector in read]


@cache
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


def parsers(family: str, kind: str) -> tuple[Any, Any]:
    """The family's tool parser and reasoning parser; None for the one it does not have."""

    def load(shelf: Any) -> Any:
        try:
            return shelf.load(family)
        except CatalogError as error:
            assert f"there is no {shelf.title}" in str(error), error
            return None

    tool, reasoning = load(catalog().tool_parsers), load(catalog().reasoning_parsers)
    assert tool or kind == "reasoning", f"no tool parser is called {family}"
    assert reasoning or kind == "tool", f"no reasoning parser is called {family}"
    return tool, reasoning


def read(vector: dict[str, Any], chunks: list[str]) -> Answer:
    cfg, kind = vector["cfg"] or {}, vector["kind"]
    tool, reasoning = parsers(vector["parser_family"], kind)
    if cfg.get("reasoning_format") == "none":
        reasoning = reasoning if reasoning is tool else None
    state = "reasoning" if cfg.get("start_in_reasoning") else cfg.get("initial_state")
    events = events_of(
        chunks,
        tool if kind != "reasoning" else None,
        reasoning if kind != "tool" or reasoning is tool else None,
        tools=[
            Tool(name=each["function"]["name"], parameters=each["function"].get("parameters") or {})
            for each in vector["tools"] or ()
            if "function" in each
        ],
        generation_prompt=cfg.get("generation_prompt"),
        initial_state=state if state in ("reasoning", "content") else None,
    )
    return answer(merge(events))


def settled(answer: Answer) -> tuple[str, str, list[tuple[str, Any]]]:
    calls = [(name, _json(arguments)) for name, arguments in answer.tool_calls]
    return (answer.content or "").strip(), (answer.reasoning or "").strip(), calls


def expected(vector: dict[str, Any]) -> tuple[str, str, list[tuple[str, Any]]]:
    said = vector["expected"]
    calls = [(call["name"], _json(call["arguments"])) for call in said["tool_calls"] or ()]
    return (said["content"] or "").strip(), (said["reasoning"] or "").strip(), calls


def _json(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


@pytest.mark.parametrize("vector", vectors())
def test_vector(vector: dict[str, Any]) -> None:
    text = vector["model_output"]
    whole = read(vector, [text])
    assert read(vector, list(text)) == whole, "the stream says something else"
    if vector["chunks"] and "".join(vector["chunks"]) == text:
        assert read(vector, vector["chunks"]) == whole
    if vector["id"] in EXCEPTED:
        assert settled(whole) != expected(vector), f"excepted, but passes: {EXCEPTED[vector['id']]}"
    elif vector["consensus"] != "disputed":
        assert settled(whole) == expected(vector)


def test_exceptions_are_few_and_have_reasons() -> None:
    assert all(reason.strip() for reason in EXCEPTED.values())
