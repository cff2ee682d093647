"""The published kit, on how parsers are offered: those that stand in the house pass, those badly said are caught."""

from __future__ import annotations

from typing import Any

import pytest

import mlxs.testing
from mlxs.catalog import CatalogError
from mlxs.hooks import hookimpl
from mlxs.plugins import Plugins
from mlxs.requests import Tool
from mlxs.specs import ReasoningParserSpec, ToolParserSpec
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.install import Install

ONE = '<tool_call>{"name": "f", "arguments": {"a": "b c"}}</tool_call>'
SAMPLE = Sample(text=f"Hi \n{ONE}", content="Hi", calls=(("f", {"a": "b c"}),), tools=(Tool(name="f"),))

HEAVY = """
import pydantic
from mlxs.hooks import hookimpl
from mlxs.specs import ToolParserSpec

@hookimpl
def mlxs_tool_parsers():
    yield ToolParserSpec(name="heavy", target="acme_heavy:Nothing", summary="heavy")
"""


class TestGood(ToolParserKit):
    """What stands in the house passes, found through a `Plugins` that the test supplies."""

    parser = "good"
    samples = {"one": SAMPLE}

    @pytest.fixture(scope="class")
    @classmethod
    def plugins(cls) -> Plugins:
        plugins = Plugins()
        plugins.add(Offers, "good-plugin")
        return plugins


class TestGoodThought(ReasoningParserKit):
    parser = "good"
    samples = {
        "one": Sample(text="<think>a b</think>c", reasoning="a b", content="c"),
        "prompted": Sample(text="so</think> yes", prompt="<think>", reasoning="so", content=" yes"),
    }
    plugins = TestGood.plugins


class Offers:
    @hookimpl
    def mlxs_tool_parsers() -> Any:  # type: ignore[misc]
        yield ToolParserSpec(name="good", target="mlxs.parsing.formats:TaggedJson", summary="good", aliases=("fine",))
        yield ToolParserSpec(name="mute", target="mlxs.parsing.formats:TaggedJson")
        yield ToolParserSpec(name="lost", target="mlxs.parsing.formats:TaggedJson", summary="-", converter="nowhere")

    @hookimpl
    def mlxs_reasoning_parsers() -> Any:  # type: ignore[misc]
        yield ReasoningParserSpec(name="good", target="mlxs.parsing.formats:Tagged", summary="good")


Offers.__name__ = __name__


def test_what_the_catalog_says() -> None:
    plugins = Plugins()
    plugins.add(Offers, "good-plugin")

    def found(name: str) -> None:
        kit = type("Some", (TestGood,), {"parser": name})()
        kit.test_found_by_name(plugins, TestGood.shelf(plugins).load(name))

    found("good")
    found("fine")
    with pytest.raises(AssertionError, match="no summary"):
        found("mute")
    with pytest.raises(CatalogError, match="nowhere"):
        found("lost")
    with pytest.raises(CatalogError, match="no tool-call parser 'none'"):
        found("none")


def test_what_is_imported(install: Install) -> None:
    install("acme-heavy", HEAVY)
    kit = type("Some", (TestGood,), {"parser": "heavy"})()
    plugins = Plugins(only=["acme-heavy"])
    plugins.discover()
    with pytest.raises(AssertionError, match="acme_heavy and acme_heavy import pydantic"):
        kit.test_imports_nothing_heavy(plugins)


def test_kits_are_imported_when_asked_for() -> None:
    assert mlxs.testing.BackendKit.__module__ == "mlxs.testing.backends"
    with pytest.raises(AttributeError, match="no attribute 'NoKit'"):
        mlxs.testing.NoKit  # noqa: B018
    assert all(hasattr(mlxs.testing, name) for name in mlxs.testing.__all__)
