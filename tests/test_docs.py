"""What the documents say is so."""

from __future__ import annotations

import inspect
import re
import runpy
from pathlib import Path
from types import ModuleType

import pytest
from house import HOUSE, MEMBERS

from mlxs.catalog import Catalog
from mlxs.hooks import Hooks
from mlxs.plugins import Plugins

HOOKS = [name for name in vars(Hooks) if name.startswith("mlxs_")]
PAGE = HOUSE / "docs/hooks.md"
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def sections(page: Path) -> dict[str, str]:
    """The text under each second-level heading."""
    _, *parts = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def code(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    return [*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md"), *(member.place / "README.md" for member in MEMBERS)]


def test_every_hook_is_documented_with_its_exact_arguments() -> None:
    signatures = [list(inspect.signature(getattr(Hooks, name)).parameters)[1:] for name in HOOKS]
    wanted = [f"{name}({', '.join(arguments)})" for name, arguments in zip(HOOKS, signatures, strict=True)]
    documented = [heading for heading in sections(PAGE) if heading.startswith("mlxs_")]
    assert sorted(documented) == sorted(wanted)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_of_a_hook_is_a_plugin(hook: str) -> None:
    (section,) = (text for heading, text in sections(PAGE).items() if heading.startswith(f"{hook}("))
    (example,) = code(section, "python")
    module = ModuleType("acme")
    exec(compile(example, f"{PAGE}, {hook}", "exec"), vars(module))
    plugins = Plugins(only=())
    plugin = plugins.add(module, "acme")
    offers = [offer for shelf in Catalog(plugins).shelves for offer in shelf.offers]
    assert plugin.trouble == ""
    assert len(getattr(plugins.hook, hook).get_hookimpls()) == 1
    assert len(offers) == (hook not in ("mlxs_lifespan", "mlxs_request"))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test(hook: str) -> None:
    tests = [file.read_text() for file in HOUSE.glob("**/tests/test_*.py")]
    assert any(f"def test_{hook}(" in text for text in tests)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(HOUSE)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_page_on_parsers_shows_the_example_as_it_is() -> None:
    project = HOUSE / "docs/examples/mlxs-example-parser"
    files = "\n".join(file.read_text() for file in project.rglob("*") if file.suffix in (".py", ".toml"))
    page = (HOUSE / "docs/writing-a-parser.md").read_text()
    shown = [*code(page, "python"), *code(page, "toml")]
    assert len(shown) == 6
    assert [part for part in shown if part not in files] == []


def test_the_page_of_parsers_is_up_to_date() -> None:
    generate = runpy.run_path(str(HOUSE / "docs/generate.py"))
    plugins = Plugins()
    plugins.discover()
    assert generate["page"](Catalog(plugins)) == generate["PAGE"].read_text(), "run `python docs/generate.py`"
