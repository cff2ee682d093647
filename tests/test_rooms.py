"""Imports point one way."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from house import MEMBERS, Member, imports, modules

CORE, CLI, *REST = MEMBERS
LIBRARIES = [member for member in REST if member.kind == "libraries"]
PLUGINS = [member for member in REST if member.kind != "libraries"]

FLOORS: list[tuple[set[str], set[str]]] = [
    # modules of the core             what else they may import
    ({"errors", "events", "requests", "grammar"}, set()),
    ({"parsing"}, set()),
    ({"reading", "probing", "tasks", "stores"}, set()),
    ({"specs", "hooks", "plugins", "catalog"}, {"pluggy"}),
    ({"options"}, {"pydantic", "pydantic_settings"}),
    ({"backends", "text", "batching", "constraint"}, {"llguidance", "pydantic"}),
    ({"hub", "passes", "weights", "advice"}, {"huggingface_hub", "tqdm"}),
    ({"datauri", "pictures", "sound"}, {"PIL", "av", "numpy"}),
    ({"worker"}, {"orjson", "pydantic"}),
    ({"environments", "described", "elsewhere", "recognition"}, {"platformdirs", "pydantic"}),
    ({"made", "choice", "queue", "dialect", "models"}, set()),
    (
        {"server"},
        {
            "fastapi",
            "httpx",
            "jsonschema",
            "orjson",
            "platformdirs",
            "pydantic",
            "sse_starlette",
            "starlette",
            "uvicorn",
        }
        | {"zstandard"},
    ),
    ({"testing"}, {"fastapi", "httpx", "hypothesis", "llguidance", "orjson", "pytest", "uvicorn"}),
]
WEB = {"fastapi", "sse_starlette", "starlette", "uvicorn"}
MODEL_LIBRARIES = {"mlx", "mlx_lm", "mlx_vlm", "mlx_embeddings", "mlx_whisper", "mlx_audio", "mflux"}
MODEL_LIBRARIES |= {"torch", "transformers", "tokenizers", "safetensors"}


def trespasses(member: Member) -> Iterator[tuple[str, str]]:
    """Each (module, what it imports) of a member, without the standard library and without itself."""
    own = member.package.name
    for module, file in modules(member.package):
        for imported in imports(module, file):
            top = imported.partition(".")[0]
            if top != own and top not in sys.stdlib_module_names:
                yield module, imported


def room(module: str) -> str:
    """The part of the core a module belongs to; "" for the package itself."""
    return module.split(".")[1] if "." in module else ""


def test_every_module_of_the_core_has_its_floor() -> None:
    rooms = {room(module) for module, _ in modules(CORE.package)} - {""}
    assert rooms == {name for floor, _ in FLOORS for name in floor}


@pytest.mark.parametrize("floor", range(len(FLOORS)), ids=lambda n: "+".join(sorted(FLOORS[n][0])))
def test_the_core_imports_only_downward(floor: int) -> None:
    below = set.union(*(rooms for rooms, _ in FLOORS[: floor + 1]))
    upward = [
        f"{module} imports {imported}"
        for module, file in modules(CORE.package)
        if room(module) in FLOORS[floor][0]
        for imported in imports(module, file)
        if imported.startswith("mlxs.") and room(imported) not in below
    ]
    assert upward == []


@pytest.mark.parametrize("floor", range(len(FLOORS)), ids=lambda n: "+".join(sorted(FLOORS[n][0])))
def test_the_core_imports_only_the_libraries_of_its_floor(floor: int) -> None:
    rooms, allowed = FLOORS[floor]
    strange = [
        f"{module} imports {imported}"
        for module, imported in trespasses(CORE)
        if room(module) in rooms and imported.partition(".")[0] not in allowed
    ]
    assert strange == []


def test_the_core_s_front_door_imports_nothing() -> None:
    assert list(imports("mlxs", CORE.package / "__init__.py")) == []


@pytest.mark.parametrize("member", [CLI, *REST], ids=lambda member: member.name)
def test_members_import_no_other_member_but_the_core_and_libraries_they_need(member: Member) -> None:
    needed = {other.package.name for other in LIBRARIES if any(d.startswith(other.name) for d in member.needs)}
    others = {other.package.name for other in MEMBERS} - {"mlxs", member.package.name} - needed
    assert [f"{module} imports {i}" for module, i in trespasses(member) if i.partition(".")[0] in others] == []


@pytest.mark.parametrize("member", [CLI, *REST], ids=lambda member: member.name)
def test_members_import_only_public_names(member: Member) -> None:
    private = [
        f"{module} imports {i}"
        for module, i in trespasses(member)
        if i.startswith("mlxs.") and any(part.startswith("_") and not part.startswith("__") for part in i.split("."))
    ]
    assert private == []


@pytest.mark.parametrize(
    "member", [m for m in MEMBERS if m.kind not in ("backends", "libraries")], ids=lambda m: m.name
)
def test_only_backends_import_model_libraries(member: Member) -> None:
    heavy = [f"{module} imports {i}" for module, i in trespasses(member) if i.partition(".")[0] in MODEL_LIBRARIES]
    assert heavy == []


@pytest.mark.parametrize(
    "member", [m for m in REST if m.kind in ("backends", "libraries", "parsers", "stores")], ids=lambda m: m.name
)
def test_backends_parsers_and_stores_know_no_http(member: Member) -> None:
    upstairs = ("mlxs.server", "mlxs.worker", "mlxs.models")
    web = [
        f"{module} imports {i}"
        for module, i in trespasses(member)
        if i.partition(".")[0] in WEB or i.startswith(upstairs)
    ]
    assert web == []


@pytest.mark.parametrize("member", [m for m in PLUGINS if m.kind == "surfaces"], ids=lambda m: m.name)
def test_surfaces_know_no_parser(member: Member) -> None:
    assert [f"{module} imports {i}" for module, i in trespasses(member) if i.startswith("mlxs.parsing")] == []


@pytest.mark.parametrize("member", PLUGINS, ids=lambda member: member.name)
def test_hook_modules_import_hooks_and_specs_alone(member: Member) -> None:
    assert set(member.project["entry-points"]["mlxs.v1"].values()) == {member.package.name}
    strange = [i for i in front(member, member.package.name) if i.partition(".")[0] not in sys.stdlib_module_names]
    assert [i for i in strange if not i.startswith(("mlxs.hooks.", "mlxs.specs."))] == []


def front(member: Member, module: str) -> Iterator[str]:
    """What a module of a plugin imports, its own other modules followed."""
    path = member.package.parent.joinpath(*module.split("."))
    for imported in imports(module, path / "__init__.py" if path.is_dir() else path.with_suffix(".py")):
        if imported.startswith(f"{member.package.name}."):
            yield from front(member, imported.rpartition(".")[0])
        else:
            yield imported


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_file_holds_one_thing(member: Member) -> None:
    long = [file.name for _, file in modules(member.package) if len(file.read_text().splitlines()) > 300]
    assert long == [], "what second thing lives there?"
