"""What is not needed is not imported: each road in a fresh interpreter, and what it has loaded at its end."""

from __future__ import annotations

import subprocess
import sys

import pytest
from house import INSTALLED, Member

WEB = {"fastapi", "starlette", "uvicorn", "sse_starlette"}
MODELS = {"mlx", "mlx_lm", "numpy", "torch", "transformers", "tokenizers", "safetensors", "huggingface_hub", "PIL"}
HEAVY = WEB | MODELS | {"pydantic", "pydantic_core", "pydantic_settings", "llguidance"}

CATALOG = """
from mlxs.catalog import Catalog, load
from mlxs.plugins import Plugins
from mlxs.specs import attribute
catalog = Catalog(Plugins.from_environment())
assert not [plugin.trouble for plugin in catalog.plugins.found if plugin.trouble]
"""
COMMAND = "from mlxs_cli.main import main; main({arguments!r}, standalone_mode=False)"
REPORT = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"


def loaded_by(program: str) -> set[str]:
    """The top-level modules in `sys.modules` after a fresh interpreter ran the program."""
    done = subprocess.run([sys.executable, "-c", program + REPORT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["plugins"], ["plugins", "--json"]], ids=" ".join)
def test_commands_that_only_look_import_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(COMMAND.format(arguments=arguments)) & HEAVY == set()


@pytest.mark.parametrize("member", [m for m in INSTALLED if m.entry_points], ids=lambda member: member.name)
def test_hook_modules_import_nothing_heavy(member: Member) -> None:
    modules = loaded_by(f"import {member.package.name}")
    assert modules & (HEAVY | {"click", "rich", "httpx", "orjson"}) == set()


def test_listing_every_offer_imports_nothing_heavy() -> None:
    assert loaded_by(CATALOG) & HEAVY == set()


def test_parsers_import_nothing_heavy() -> None:
    shelves = "catalog.tool_parsers, catalog.reasoning_parsers, catalog.converters"
    assert loaded_by(f"{CATALOG}\nfor shelf in ({shelves}): [load(offer) for offer in shelf.offers]") & HEAVY == set()


def test_the_http_process_imports_no_model_library() -> None:
    program = f"""{CATALOG}
import mlxs_cli.serve
[load(offer) for offer in catalog.surfaces.offers]
for spec in catalog.backends:
    spec.options_type()
    spec.explain and attribute(spec.explain)
"""
    modules = loaded_by(program)
    assert "fastapi" in modules
    assert modules & MODELS == set()


def test_launch_knows_a_model_s_flags_without_its_library() -> None:
    assert loaded_by(COMMAND.format(arguments=["launch", "--model-type", "lm", "--help"])) & MODELS == set()


def test_a_model_s_process_imports_no_web_framework() -> None:
    program = f"{CATALOG}\nimport mlxs.worker.__main__\n[load(offer) for offer in catalog.backends.offers]"
    modules = loaded_by(program)
    assert "mlx" in modules
    assert modules & WEB == set()
