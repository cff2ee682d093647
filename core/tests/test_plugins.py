"""A bad plugin is told apart, named and explained, and spoils nothing but itself."""

from __future__ import annotations

import sys

import pytest

from mlxs.catalog import Catalog, CatalogError
from mlxs.plugins import Plugin, Plugins
from mlxs.testing.install import Install

GOOD = """
from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

class Parser: ...

@hookimpl
def mlxs_tool_parsers():
    yield ToolParserSpec(name="good", target=__name__ + ":Parser", aliases=("fine",))
"""

FAILED = "mlxs_tool_parsers failed:"
BAD = {
    "broken import": ("import no_such", "cannot be imported: ModuleNotFoundError: No module named 'no_such'"),
    "syntax error": ("def", "cannot be imported: SyntaxError"),
    "exit at import": ("raise SystemExit(3)", "cannot be imported: SystemExit: 3"),
    "bad signature": (GOOD.replace("parsers()", "parsers(wat)"), "does not fit: PluginValidationError"),
    "hook that raises": (GOOD.replace("yield", "raise OSError('no luck')\n    yield"), f"{FAILED} OSError: no luck"),
    "hook that raises halfway": (GOOD + "    raise OSError('too far')", f"{FAILED} OSError: too far"),
    "hook that exits": (GOOD + "    raise SystemExit(3)", f"{FAILED} SystemExit: 3"),
    "hook that returns nothing": (GOOD.replace("yield", "spec ="), f"{FAILED} TypeError"),
    "offer that is no spec": (
        GOOD.replace("yield", "yield 'good' or"),
        f"{FAILED} TypeError: 'good' is no ToolParserSpec",
    ),
    "spec of another kind": (
        GOOD.replace("yield Tool", "yield Reasoning"),
        f"{FAILED} TypeError: ReasoningParserSpec(",
    ),
    "unknown hook": (
        GOOD.replace("tool_parsers", "time_travel"),
        "needs a newer mlxs-core: unknown hook mlxs_time_travel",
    ),
}


def catalog(*only: str) -> Catalog:
    """What these plugins offer, and no others that happen to be installed."""
    plugins = Plugins(only=only)
    plugins.discover()
    return Catalog(plugins)


def found(catalog: Catalog) -> dict[str, Plugin]:
    return {plugin.name: plugin for plugin in catalog.plugins.found}


def offered(catalog: Catalog) -> set[str]:
    return {offer.full_name for offer in catalog.tool_parsers.offers}


def refusal(catalog: Catalog, name: str) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog.tool_parsers.load(name)
    return str(caught.value)


@pytest.mark.parametrize("what", BAD)
def test_a_bad_plugin_spoils_only_itself(what: str, install: Install) -> None:
    code, trouble = BAD[what]
    install("acme-a", GOOD)
    install("acme-bad", code)
    install("acme-z", GOOD)
    here = catalog("acme-a", "acme-bad", "acme-z")
    assert {"acme-a:good", "acme-z:good"} <= offered(here)
    plugins = found(here)
    assert plugins["acme-bad"].trouble.startswith(trouble)
    assert plugins["acme-bad"].version == "1.0"
    assert plugins["acme-a"].trouble == plugins["acme-z"].trouble == ""


def test_what_was_offered_before_the_fall_stays(install: Install) -> None:
    install("acme-bad", GOOD + "    raise OSError('out of breath')")
    assert offered(catalog("acme-bad")) == {"acme-bad:good"}


def test_a_plugin_set_aside_offers_nothing(install: Install) -> None:
    install("acme-new", GOOD + "\n@hookimpl\ndef mlxs_time_travel(): ...\n")
    assert offered(catalog("acme-new")) == set()


def test_a_broken_plugin_is_named_when_it_is_asked_for(install: Install) -> None:
    install("acme-bad", "import no_such_module")
    said = refusal(catalog("acme-bad"), "acme-bad")
    assert "acme-bad is installed but cannot be imported: ModuleNotFoundError" in said


@pytest.mark.parametrize("group", ["mlxs.v0", "mlxs.v2"])
def test_another_api_is_reported_but_not_imported(group: str, install: Install) -> None:
    install("acme-other", "raise AssertionError('imported')", group=group)
    here = catalog("acme-other")
    assert found(here)["acme-other"].trouble == f"speaks plugin API {group.removeprefix('mlxs.')}, this is v1"
    assert "acme_other" not in sys.modules


def test_two_of_a_name_are_no_error_until_one_is_used(install: Install) -> None:
    install("acme-one", GOOD)
    install("acme-two", GOOD)
    here = catalog("acme-one", "acme-two")
    said = refusal(here, "good")
    assert "acme-one:good" in said
    assert "acme-two:good" in said
    assert here.tool_parsers.load("acme-two:good").__module__ == "acme_two"
    assert here.tool_parsers.load("acme-one:fine").__module__ == "acme_one"


def test_a_name_beats_an_alias(install: Install) -> None:
    install("acme-one", GOOD)
    install("acme-two", GOOD.replace('name="good"', 'name="fine"').replace('("fine",)', "()"))
    assert catalog("acme-one", "acme-two").tool_parsers.offer("fine").full_name == "acme-two:fine"


def test_an_unknown_name_says_what_is_there_and_what_is_near(install: Install) -> None:
    install("acme-good", GOOD)
    said = refusal(catalog("acme-good"), "god")
    assert "no tool-call parser 'god'" in said
    assert "did you mean 'good'?" in said
    assert "nstalled: good" in said


def test_an_unknown_name_says_what_to_install(install: Install) -> None:
    install("acme-good", GOOD)
    assert "pip install mlxs-qwen" in refusal(catalog("acme-good"), "qwen3_coder")


def test_a_missing_library_is_told_from_a_broken_plugin(install: Install) -> None:
    install("acme-lib", GOOD.replace('aliases=("fine",)', 'requires=("sys", "no_such_lib", "no_such_lib.deep")'))
    here = catalog("acme-lib")
    assert offered(here) == {"acme-lib:good"}
    said = refusal(here, "good")
    assert "acme-lib:good needs no_such_lib, no_such_lib.deep, which is not installed: pip install no-such-lib" in said


def test_a_spec_may_say_how_to_install_its_library(install: Install) -> None:
    asks = """requires=("no_such_lib",), install="pip install 'acme-lib[cpu]'" """
    install("acme-lib", GOOD.replace('aliases=("fine",)', asks))
    assert refusal(catalog("acme-lib"), "good").endswith("pip install 'acme-lib[cpu]'")


def test_a_target_that_is_not_there_names_the_plugin_and_the_target(install: Install) -> None:
    install("acme-good", GOOD.replace(":Parser", ":Persar"))
    said = refusal(catalog("acme-good"), "good")
    assert "acme-good:good cannot be loaded from acme_good:Persar: AttributeError" in said


def test_an_entry_point_listed_twice_is_one_plugin(install: Install) -> None:
    install("acme-good", GOOD)
    install("acme-good", GOOD)
    here = catalog("acme-good")
    assert len(here.plugins.found) == 1
    assert here.tool_parsers.find("good")


def test_of_two_copies_the_first_on_the_path_counts(install: Install) -> None:
    install("acme-good", GOOD.replace('name="good"', 'name="old"'), version="1.0")
    info = next(install("acme-good", GOOD, version="2.0").glob("*.dist-info"))
    (info.parent / "acme_new.py").write_text(GOOD)
    (info / "entry_points.txt").write_text("[mlxs.v1]\nacme-good = acme_new\n")
    here = catalog("acme-good")
    assert offered(here) == {"acme-good:good"}
    assert [plugin.version for plugin in here.plugins.found if not plugin.trouble] == ["2.0"]


@pytest.fixture
def pair(install: Install) -> None:
    install("acme-one", GOOD)
    install("acme-two", GOOD)


def from_environment(monkeypatch: pytest.MonkeyPatch, *, bare: bool = False, **variables: str) -> set[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return {plugin.name for plugin in Plugins.from_environment(bare=bare).found}


@pytest.mark.usefixtures("pair")
def test_only_some(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(monkeypatch, MLXS_PLUGINS="acme-one, acme-three") == {"acme-one"}


@pytest.mark.usefixtures("pair")
def test_without_some(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = from_environment(monkeypatch, MLXS_WITHOUT="acme-one")
    assert "acme-two" in loaded
    assert "acme-one" not in loaded


@pytest.mark.usefixtures("pair")
def test_without_beats_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(monkeypatch, MLXS_PLUGINS="acme-one,acme-two", MLXS_WITHOUT="acme-two") == {"acme-one"}


@pytest.mark.usefixtures("pair")
def test_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_environment(monkeypatch, bare=True) == set()
    assert "acme_one" not in sys.modules
