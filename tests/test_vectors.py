"""Real outputs of models, with the results that other engines expect of them.

They lie beside the checkout, and only there; where they are not, there is nothing to test. What
contradicts a law of ours is listed in vectors.toml, with the reason.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from house import HOUSE

from mlxs.events import merge
from mlxs.reading import Answer, answer, events_of
from mlxs.requests import Tool
from mlxs.testing.serving import Served, serving

VECTORS = HOUSE.parent / "shared" / "vectors" / "vectors.jsonl"
EXCEPTED: dict[str, str] = tomllib.loads((HOUSE / "tests/vectors.toml").read_text())

Settled = tuple[str, str, list[tuple[str, Any]]]
"""Content, reasoning, and calls as JSON values."""


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return []
    read = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    return [pytest.param(vector, id=vector["id"]) for vector in read]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({}) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def body(vector: dict[str, Any]) -> dict[str, Any]:
    """What a client asks of `/v1/parse`, but for the text: the family's name for the kind of parser that is tested."""
    cfg, family, kind = vector["cfg"] or {}, vector["parser_family"], vector["kind"]
    thinks = kind != "tool" and cfg.get("reasoning_format") != "none"
    state = "reasoning" if cfg.get("start_in_reasoning") else cfg.get("initial_state")
    return {
        "tools": vector["tools"],
        "tool_call_parser": family if kind != "reasoning" else None,
        "reasoning_parser": family if thinks else None,
        "generation_prompt": cfg.get("generation_prompt"),
        "initial_state": state if state in ("reasoning", "content") else None,
    }


def heard(client: httpx.Client, vector: dict[str, Any], **text: Any) -> Settled:
    said = client.post("/v1/parse", json={**body(vector), **text}).raise_for_status().json()
    return settled(said["content"], said["reasoning"], said["tool_calls"])


def read(served: Served, vector: dict[str, Any], *chunks: str) -> Answer:
    asked, catalog = body(vector), served.app.catalog
    tool, reasoning = (
        shelf.load(name) if name and name in shelf else None
        for shelf, name in (
            (catalog.tool_parsers, asked["tool_call_parser"]),
            (catalog.reasoning_parsers, asked["reasoning_parser"]),
        )
    )
    functions = [tool["function"] for tool in asked["tools"] or ()]
    tools = [Tool(name=each["name"], parameters=each.get("parameters") or {}) for each in functions]
    prompt, state = asked["generation_prompt"], asked["initial_state"]
    events = events_of(chunks, tool, reasoning, tools=tools, generation_prompt=prompt, initial_state=state)
    return answer(merge(events))


def settled(content: str | None, reasoning: str | None, calls: list[dict[str, Any]] | None) -> Settled:
    made = [(call["name"], _json(call["arguments"])) for call in calls or ()]
    return (content or "").strip(), (reasoning or "").strip(), made


def _json(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


@pytest.mark.parametrize("vector", vectors())
def test_vector(served: Served, client: httpx.Client, vector: dict[str, Any]) -> None:
    text, said = vector["model_output"], vector["expected"]
    cut = vector["chunks"] and "".join(vector["chunks"]) == text
    whole = heard(client, vector, **({"chunks": vector["chunks"]} if cut else {"text": text}))
    assert read(served, vector, *text) == read(served, vector, text), "the stream says something else"
    expected = settled(said["content"], said["reasoning"], said["tool_calls"])
    if vector["id"] in EXCEPTED:
        assert whole != expected, f"excepted, but passes: {EXCEPTED[vector['id']]}"
    elif vector["consensus"] != "disputed":
        assert whole == expected


def test_exceptions_have_reasons() -> None:
    assert all(reason.strip() for reason in EXCEPTED.values())


def test_every_family_has_a_parser_of_the_kind_that_is_tested(served: Served) -> None:
    catalog = served.app.catalog
    for (vector,) in (param.values for param in vectors()):
        name, kind = vector["parser_family"], vector["kind"]
        assert kind == "reasoning" or name in catalog.tool_parsers, f"no tool-call parser is called {name}"
        assert kind != "reasoning" or name in catalog.reasoning_parsers, f"no reasoning parser is called {name}"
