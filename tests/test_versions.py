"""All members are one release, and each has what it needs to be installed by itself."""

from __future__ import annotations

from importlib.metadata import distribution
from importlib.resources import files

import pytest
from house import DEFAULT, HOUSE, INSTALLED, MEMBERS, ROOT, Member


def test_one_version() -> None:
    assert {member.name: member.project["version"] for member in [ROOT, *MEMBERS]} == {
        member.name: ROOT.project["version"] for member in [ROOT, *MEMBERS]
    }


def addressed(member: Member) -> str:
    return f"{member.name} @ {{root:uri}}/{member.place.relative_to(HOUSE)}"


def test_the_root_installs_every_member_by_default_or_by_its_extra() -> None:
    assert set(ROOT.project["dependencies"]) == {addressed(member) for member in DEFAULT}
    extras = {member.name.removeprefix("mlxs-"): [addressed(member)] for member in MEMBERS if member not in DEFAULT}
    said: dict[str, list[str]] = ROOT.project["optional-dependencies"]
    assert {name: said.get(name) for name in extras} == extras
    assert said["all"] == [f"{ROOT.name}[{','.join(extras)}]"]


def test_uv_knows_every_member() -> None:
    sources = ROOT.pyproject["tool"]["uv"]["sources"]
    assert sources == {member.name: {"workspace": True} for member in MEMBERS}


def test_the_root_cannot_be_published() -> None:
    assert "Private :: Do Not Upload" in ROOT.project["classifiers"]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_member_is_a_whole_distribution(member: Member) -> None:
    project = member.project
    assert project["requires-python"] == ROOT.project["requires-python"]
    assert project["license"] == "MIT"
    assert (member.place / "LICENSE").read_text() == (HOUSE / "LICENSE").read_text()
    assert (member.place / project["readme"]).read_text().startswith(f"# {member.name}\n")
    assert project["description"].endswith(".")


@pytest.mark.parametrize("member", INSTALLED, ids=lambda member: member.name)
def test_what_is_tested_is_what_is_here(member: Member) -> None:
    installed = distribution(member.name)
    assert installed.version == member.project["version"]
    entries = {entry.name: entry.value for entry in installed.entry_points if entry.group == "mlxs.v1"}
    assert entries == member.entry_points


@pytest.mark.parametrize("member", INSTALLED, ids=lambda member: member.name)
def test_an_installed_member_has_all_its_files(member: Member) -> None:
    installed = files(member.package.name)
    assert (member.package / "py.typed").is_file()
    for file in member.package.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = installed.joinpath(*file.relative_to(member.package).parts)
            assert copy.is_file(), f"{file} is not installed"
            assert copy.read_bytes() == file.read_bytes(), f"{file} was changed after it was installed"
